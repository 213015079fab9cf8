package io.taskgraph.cli;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.dsse.VerifyingKey;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.spec.UnreadableFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Whose keys are known: a policy's, or those of files. */
final class TrustSource {
    @ArgGroup(multiplicity = "1")
    private Choice choice;

    private static final class Choice {
        @Option(
                names = "--policy",
                paramLabel = "POLICY",
                description = "Judge by a policy: a file (YAML) or a preset's name.")
        private String policy;

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description = "Say only who has signed: public keys (PEM), may be repeated.")
        private List<Path> keys;
    }

    /** The policy, if one was named. */
    Optional<Policy> policy(PrintWriter err) {
        if (choice.policy == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    FoundPolicy.named(choice.policy, Optional.empty(), err).policy());
        } catch (UnreadableFile e) {
            throw PolicyProblems.ending(e, err);
        }
    }

    /** The keys of the files, named by their files; two files of one name are two keys all the same. */
    Collection<TrustKey> keys() {
        SortedMap<String, TrustKey> keys = new TreeMap<>();
        for (Path file : choice.keys) {
            VerifyingKey key = KeyFiles.publicKey(file);
            String name = file.getFileName().toString().replaceFirst("\\.(pub|pem)$", "");
            String known = keys.containsKey(name) ? file.toString() : name;
            // What their signatures call them is the name in either case.
            keys.put(known, new TrustKey(known, key, name, 0, TrustKey.FOREVER, false));
        }
        return keys.values();
    }
}
