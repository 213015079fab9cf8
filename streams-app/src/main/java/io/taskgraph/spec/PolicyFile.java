package io.taskgraph.spec;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.PolicyException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * A policy document in a file.
 *
 * @param text as it stands in the file
 * @param policy what it says, whatever it extends resolved
 */
public record PolicyFile(String text, Policy policy) {
    // As many characters as a document may have, each of at most four bytes.
    private static final long MOST_BYTES = 4L * 1024 * 1024;

    /**
     * Reads one.
     *
     * @param extended gives the policy that it extends, by name
     * @throws UnreadableFile with all that is wrong, if it cannot be read or is not one
     */
    public static PolicyFile read(Path file, Function<String, Optional<Policy>> extended) throws UnreadableFile {
        SourceText source = SourceText.read(file, "a policy document", MOST_BYTES);
        try {
            return new PolicyFile(source.text(), Policy.parse(source.text(), extended));
        } catch (PolicyException e) {
            throw new UnreadableFile(source.file(), e.problems());
        }
    }
}
