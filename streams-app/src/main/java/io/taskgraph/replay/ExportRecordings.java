package io.taskgraph.replay;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.policy.contract.Policy;
import java.nio.file.Path;
import java.util.Optional;

/** What decisions were made from, in the files of an export. */
final class ExportRecordings implements Recordings {
    private final Path directory;
    private final Manifest manifest;
    private PolicyBook policies;

    ExportRecordings(Path directory, Manifest manifest) {
        this.directory = directory;
        this.manifest = manifest;
    }

    @Override
    public Cursor inputs(String family, int partition) {
        return manifest.of(family).stream()
                .filter(p -> p.partition() == partition)
                .findFirst()
                .map(p -> new ExportCursor(directory, p))
                .orElse(null);
    }

    @Override
    public Optional<Policy> policy(String reference, String digest) {
        if (policies == null) {
            policies = new PolicyBook();
            RecordReader<PolicyProfile> reader = new RecordReader<>(PolicyProfile.class);
            for (Manifest.Part part : manifest.of("policies")) {
                try (Cursor cursor = new ExportCursor(directory, part)) {
                    for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                        policies.add(reader.read(r));
                    }
                }
            }
        }
        return policies.of(digest);
    }

    @Override
    public void close() {}
}
