package io.taskgraph.cli;

import io.taskgraph.client.Client;
import io.taskgraph.client.DirectiveSigner;
import io.taskgraph.client.Operator;
import io.taskgraph.policy.trust.dsse.SigningKey;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** With which key a command signs its directives: runs whose policy names operators take no others. */
final class Signing {
    @Option(
            names = "--sign-with",
            paramLabel = "FILE",
            defaultValue = "${env:TASKGRAPH_KEY}",
            description = "Sign what is said with this private key, as `ext keygen` writes it: runs whose policy names"
                    + " operators take directives only so, and --actor is the operator's name (env TASKGRAPH_KEY; default:"
                    + " nothing is signed).")
    private Path key;

    /**
     * Reads the key, if one is named; to be done before anything is said.
     *
     * @return makes of a connection and a name the operator of that name
     * @throws CommandException if the key cannot be used, or others than its owner may read it
     */
    Function<Client, Operator> operator(String name) {
        return operator(key, name);
    }

    /** The same with that key; null: nothing is signed. */
    static Function<Client, Operator> operator(Path key, String name) {
        if (key == null) {
            return client -> client.operator(name);
        }
        DirectiveSigner signer = signer(KeyFiles.privateKey(key));
        return client -> client.operator(name, signer);
    }

    private static DirectiveSigner signer(KeyFiles.Pair pair) {
        String keyId = pair.verifying().fingerprint().toString();
        SigningKey signing = pair.signing();
        return new DirectiveSigner() {
            @Override
            public String keyId() {
                return keyId;
            }

            @Override
            public byte[] sign(byte[] message) {
                return signing.sign(message).toArray();
            }
        };
    }
}
