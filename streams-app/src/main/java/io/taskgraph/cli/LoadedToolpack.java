package io.taskgraph.cli;

import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.manifest.Manifest;
import io.taskgraph.policy.trust.manifest.ManifestReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An extension that simulated agents say they have loaded.
 *
 * @param name its name
 * @param version its version
 * @param tools the digests of the descriptors of the tools that they serve, by the tools' names
 */
record LoadedToolpack(String name, String version, Map<String, String> tools) {
    private static final int UNUSABLE = 2;

    /** What the manifest in an envelope says; with every descriptor another one if it was tampered with. */
    static LoadedToolpack of(Path file, boolean tampered) {
        byte[] bytes = SignedFiles.read(file, Envelope.MOST_BYTES, "an envelope");
        List<JsonProblem> problems = new ArrayList<>();
        Optional<Manifest> manifest = Envelope.read(bytes, problems)
                .flatMap(e -> ManifestReader.read(e.payload().toArray(), problems));
        Manifest m = manifest.orElseThrow(() -> new CommandException(
                file + " holds no extension (" + problems.get(0) + "); name an envelope that `ext sign` wrote.",
                UNUSABLE,
                null));
        Map<String, String> tools = new TreeMap<>();
        m.tools().forEach((tool, signed) -> {
            Digest digest = signed.inputSchema();
            tools.put(
                    tool,
                    (tampered ? Digest.of(("tampered " + digest).getBytes(StandardCharsets.UTF_8)) : digest)
                            .toString());
        });
        return new LoadedToolpack(m.name(), m.version().text(), tools);
    }
}
