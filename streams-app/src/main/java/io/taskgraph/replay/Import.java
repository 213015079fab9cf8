package io.taskgraph.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.engine.EntryChange;
import io.taskgraph.engine.Run;
import io.taskgraph.engine.StoredKey;
import io.taskgraph.schemas.RecordHeaders;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.codec.WireFormat;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistration;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.snapshot.SnapshotKey;
import io.taskgraph.snapshot.SnapshotTopic;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

/**
 * Loads an export into another cluster: the decisions in the bytes that they were written in, the summaries, the policies,
 * and the entries of the runs into the changelogs of the control plane's stores. All in one transaction: all of it is
 * there, or nothing. A control plane that is started afterwards finds the runs in its stores, and they go on.
 */
public final class Import {
    /** What was brought. */
    public record Brought(long runs, long decisions, long entries, long policies) {}

    private final Path directory;
    private final Manifest manifest;
    private final ReplaySource target;
    private final Replay.Progress progress;
    private final Map<Schema, Integer> ids = new IdentityHashMap<>();
    private final String origin;
    /** Those that were not forgotten. */
    private final TreeSet<String> runs;

    private int partitions;
    private long decisions;
    private long entries;
    private long policies;

    private Import(Path directory, Manifest manifest, ReplaySource target, Replay.Progress progress) {
        this.directory = directory;
        this.manifest = manifest;
        this.target = target;
        this.progress = progress;
        this.runs = manifest.runs().stream()
                .filter(r -> r.head() != null)
                .map(Manifest.OfRun::runId)
                .collect(Collectors.toCollection(TreeSet::new));
        this.origin = "from " + manifest.prefix() + "*, exported " + manifest.exportedAt();
    }

    /**
     * Proves the export and loads it.
     *
     * @param target a cluster with the topics and stores of a control plane, which is not running now
     * @throws HistoryException if the export does not hold, the control plane is running or has never run, a run of the
     *     export is there already, or a policy is published there with another document
     */
    public static Brought of(Path directory, ReplaySource target, Replay.Progress progress) {
        return new Import(directory, Manifest.read(directory), target, progress).run();
    }

    private Brought run() {
        RegistryConfig config = RegistryConfig.of(target.registryUrl()).with(target.properties());
        try (SchemaRegistry registry = SchemaRegistry.open(config);
                ImportTarget cluster = new ImportTarget(target)) {
            cluster.requireStopped();
            Map<String, String> published = check(registry);
            cluster.begin();
            try {
                ReplayReport report = ExportReplay.of(directory, manifest, false, progress, run -> bring(cluster, run));
                if (!report.agrees()) {
                    throw new HistoryException("The export does not hold, and nothing was imported: "
                            + report.firstDivergence().orElseThrow().sentence());
                }
                bringDecisions(cluster, registry);
                bringSnapshots(cluster, registry);
                bringSummaries(cluster, registry);
                bringPolicies(cluster, registry, published);
                cluster.commit();
            } catch (RuntimeException e) {
                cluster.abort();
                throw e;
            }
        }
        return new Brought(runs.size(), decisions, entries, policies);
    }

    /** @return the documents of the policies that are published there, by key */
    private Map<String, String> check(SchemaRegistry registry) {
        Map<String, String> published = new HashMap<>();
        try (TopicScan scan = new TopicScan(target)) {
            List<TopicPartition> log =
                    scan.partitions(target.topics().decisions().name());
            partitions = log.size();
            for (String topic : List.of(target.topics().decisions().name(), target.changelog(), target.timers())) {
                if (scan.partitions(topic).isEmpty() || scan.partitions(topic).size() != partitions) {
                    throw new HistoryException("There is no topic " + topic + " at " + target.bootstrap()
                            + " of as many partitions as the decision log: start the control plane there once, and stop"
                            + " it; or see --prefix.");
                }
            }
            scan.read(log, r -> refuse(TopicCursor.key(r)), behind -> {});
            scan.read(scan.partitions(target.changelog()), r -> refuse(StoredKey.runId(r.key())), behind -> {});
            RecordDeserializer<PolicyProfile> reader =
                    registry.deserializer(target.topics().policies());
            scan.read(
                    scan.partitions(target.topics().policies().name()),
                    r -> {
                        if (r.value() == null) {
                            published.remove(TopicCursor.key(r));
                        } else {
                            published.put(
                                    TopicCursor.key(r), reader.read(r.value()).getDocument());
                        }
                    },
                    behind -> {});
        }
        return published;
    }

    private void refuse(String runId) {
        if (runs.contains(runId)) {
            throw new HistoryException("Run " + runId + " is at " + target.bootstrap() + " already, under prefix "
                    + target.topics().prefix() + ": nothing was imported; a run cannot be there twice.");
        }
    }

    /** The run as its stores will have it. */
    private void bring(ImportTarget cluster, Run run) {
        int partition =
                TopicScan.partitionOf(run.runId().getBytes(UTF_8), partitions).orElseThrow();
        byte[] prefix = StoredKey.prefix(run.runId());
        for (EntryChange e : run.entries()) {
            cluster.send(new ProducerRecord<>(
                    target.changelog(), partition, run.lastDecidedAt(), StoredKey.of(prefix, e.key()), e.value()));
            entries++;
        }
        long due = run.nextDue();
        if (due != Long.MAX_VALUE) {
            cluster.send(new ProducerRecord<>(
                    target.timers(),
                    partition,
                    run.lastDecidedAt(),
                    run.runId().getBytes(UTF_8),
                    ByteBuffer.allocate(Long.BYTES).putLong(due).array()));
        }
    }

    private void bringDecisions(ImportTarget cluster, SchemaRegistry registry) {
        Topic<Decision> topic = target.topics().decisions();
        RecordReader<Decision> reader = new RecordReader<>(Decision.class);
        for (Manifest.Part part : manifest.of("decisions")) {
            try (Cursor cursor = new ExportCursor(directory, part)) {
                for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                    Decision d = reader.read(r);
                    // Nothing of a run that was forgotten comes along. A refusal for a run that did not exist says
                    // nothing
                    // about this cluster.
                    if (d.getSequence() > 0 && runs.contains(d.getRunId())) {
                        ProducerRecord<byte[], byte[]> out = record(topic, registry, reader, r, d.getRunId());
                        Headers headers = out.headers();
                        RecordHeaders.put(headers, RecordHeaders.RUN_ID, d.getRunId());
                        RecordHeaders.put(
                                headers, RecordHeaders.OUTCOME, d.getOutcome().name());
                        if (!d.getCause().getMessageId().isEmpty()) {
                            RecordHeaders.put(
                                    headers,
                                    RecordHeaders.MESSAGE_ID,
                                    d.getCause().getMessageId());
                        }
                        RecordHeaders.put(headers, RecordHeaders.IMPORTED, r.foreign() == null ? origin : r.foreign());
                        cluster.send(out);
                        decisions++;
                    }
                }
            }
        }
    }

    /** From which runs are proved whose history was cut. Each carries a decision, which names its schema by a number of there. */
    private void bringSnapshots(ImportTarget cluster, SchemaRegistry registry) {
        RecordReader<RunSnapshot> reader = new RecordReader<>(RunSnapshot.class);
        RecordReader<Decision> decided = new RecordReader<>(Decision.class);
        int id = registry.serializer(target.topics().snapshots()).schemaId();
        for (Manifest.Part part : manifest.of(LogCopy.SNAPSHOTS)) {
            Manifest.Part beside = manifest.of(LogCopy.TAKEN_AFTER).stream()
                    .filter(p -> p.partition() == part.partition())
                    .findFirst()
                    .orElseThrow();
            try (Cursor cursor = new ExportCursor(directory, part);
                    Cursor taken = new ExportCursor(directory, beside)) {
                for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                    RunSnapshot chunk = reader.read(r);
                    if (chunk.getChunk() == 0) {
                        Recorded decision = taken.next();
                        int schema = schemaId(target.topics().decisions(), registry, decided, decision);
                        chunk.setDecision(ByteBuffer.wrap(WireFormat.frame(schema, decision.payload())));
                    }
                    if (!runs.contains(chunk.getRunId())) {
                        continue;
                    }
                    SnapshotKey key = new SnapshotKey(chunk.getRunId(), chunk.getSequence(), chunk.getChunk());
                    cluster.send(new ProducerRecord<>(
                            target.topics().snapshots().name(),
                            SnapshotTopic.partitionOf(chunk.getRunId(), partitions),
                            r.timestamp(),
                            key.bytes(),
                            WireFormat.frame(id, reader.encode(chunk))));
                }
            }
        }
    }

    private void bringSummaries(ImportTarget cluster, SchemaRegistry registry) {
        RecordReader<RunSummary> reader = new RecordReader<>(RunSummary.class);
        for (Manifest.Part part : manifest.of("runs")) {
            try (Cursor cursor = new ExportCursor(directory, part)) {
                for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                    cluster.send(record(
                            target.topics().runs(),
                            registry,
                            reader,
                            r,
                            reader.read(r).getRunId()));
                }
            }
        }
    }

    private void bringPolicies(ImportTarget cluster, SchemaRegistry registry, Map<String, String> published) {
        RecordReader<PolicyProfile> reader = new RecordReader<>(PolicyProfile.class);
        for (Manifest.Part part : manifest.of("policies")) {
            try (Cursor cursor = new ExportCursor(directory, part)) {
                for (Recorded r = cursor.next(); r != null; r = cursor.next()) {
                    PolicyProfile profile = reader.read(r);
                    String key = profile.getName() + "@" + profile.getVersion();
                    String there = published.put(key, profile.getDocument());
                    if (there == null) {
                        cluster.send(record(target.topics().policies(), registry, reader, r, key));
                        policies++;
                    } else if (!there.equals(profile.getDocument())) {
                        throw new HistoryException("Policy " + key + " is published at " + target.bootstrap()
                                + " with another document than in the export: nothing was imported.");
                    }
                }
            }
        }
    }

    private <T extends SpecificRecord> ProducerRecord<byte[], byte[]> record(
            Topic<T> topic, SchemaRegistry registry, RecordReader<T> reader, Recorded r, String key) {
        int id = schemaId(topic, registry, reader, r);
        return new ProducerRecord<>(
                topic.name(), null, r.timestamp(), key.getBytes(UTF_8), WireFormat.frame(id, r.payload()));
    }

    /** What the registry there calls the schema of a record. */
    private <T extends SpecificRecord> int schemaId(
            Topic<T> topic, SchemaRegistry registry, RecordReader<T> reader, Recorded r) {
        return ids.computeIfAbsent(
                r.schema(),
                s -> reader.isOurs(r)
                        ? registry.serializer(topic).schemaId()
                        : SchemaRegistration.register(registry, topic, s));
    }
}
