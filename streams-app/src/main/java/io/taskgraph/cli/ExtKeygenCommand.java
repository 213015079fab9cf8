package io.taskgraph.cli;

import io.taskgraph.policy.trust.dsse.VerifyingKey;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a pair of keys. */
@Command(
        name = "keygen",
        description = {
            "Make a pair of Ed25519 keys: NAME.key, which only you can read, and NAME.pub, which a policy names: to sign"
                    + " extensions (`ext sign`), or what you say as an operator (--sign-with).",
            "Nothing is overwritten. openssl reads both: `openssl pkey -in NAME.key -noout -text`."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:both files are written", "1:they are not", "2:the command line is wrong"})
final class ExtKeygenCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Where they go, without .key and .pub.")
    private Path name;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (name.getFileName() == null
                || List.of("", ".", "..").contains(name.getFileName().toString())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + name + "' names no files; name the pair of keys, such as ann or keys/ann.");
        }
        Path privateFile = name.resolveSibling(name.getFileName() + ".key");
        Path publicFile = name.resolveSibling(name.getFileName() + ".pub");
        VerifyingKey key = KeyFiles.generate(privateFile, publicFile);
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("private_file", privateFile.toString());
            fields.put("public_file", publicFile.toString());
            fields.put("fingerprint", key.fingerprint().toString());
            fields.put("public", key.base64());
            out.println(JsonLine.of(fields));
        } else {
            out.println(privateFile + "  the private key: keep it where only you can read it");
            out.println(publicFile + "  the public key, " + key.fingerprint());
            out.println("In a policy, under trust.keys, or under keys of one of its operators:");
            out.println("    " + name.getFileName() + ": {public: \"" + key.base64() + "\"}");
        }
        out.flush();
        return 0;
    }
}
