package io.taskgraph.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.schemas.codec.RecordSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Inputs and decisions as topics would hold them, to be replayed strictly. */
public final class StrictLog {
    private static final Map<Class<?>, RecordCodec<?>> CODECS = new ConcurrentHashMap<>();

    private final Map<String, List<Recorded>> inputs = new HashMap<>();
    private final List<Recorded> log = new ArrayList<>();
    private final PolicyBook policies = new PolicyBook();
    private final int maxDecisionBytes;
    private long begins;

    /** @param maxDecisionBytes as the engine has it that decides */
    public StrictLog(int maxDecisionBytes) {
        this.maxDecisionBytes = maxDecisionBytes;
    }

    /** The input as it comes from its topic. */
    public Input record(Input input) {
        if (input instanceof Input.OfMutation m) {
            return new Input.OfMutation(m.mutation(), append(input, m.mutation()), m.policies());
        }
        if (input instanceof Input.OfReport r) {
            return new Input.OfReport(r.report(), append(input, r.report()));
        }
        if (input instanceof Input.OfDirective d) {
            Origin at = append(input, d.directive());
            if (d.signed() != null) {
                Headers headers = new RecordHeaders();
                d.signed()
                        .signatures()
                        .forEach(s -> headers.add(
                                io.taskgraph.schemas.RecordHeaders.SIGNATURE,
                                new RecordSignature(s.keyid(), s.bytes().toArray())
                                        .text()
                                        .getBytes(UTF_8)));
                headers("directives", (int) at.offset(), headers);
            }
            return new Input.OfDirective(d.directive(), at, d.policies(), d.signed());
        }
        if (input instanceof Input.OfHeartbeat h) {
            return new Input.OfHeartbeat(h.heartbeat(), append(input, h.heartbeat()));
        }
        return input;
    }

    /** The decision as it comes to stand on the log. */
    public void decided(byte[] payload) {
        log.add(recorded("decisions", log.size(), Decision.class, payload));
    }

    /** A policy that is published. */
    public void publish(Policy policy) {
        policies.add(policy.document());
    }

    /** Inputs before that offset are not there any more. */
    public void expire(long offset) {
        begins = offset;
    }

    /** Puts another input in the place of one. */
    public void forge(String family, int offset, SpecificRecord record) {
        inputs.get(family).set(offset, recorded(family, offset, record.getClass(), encode(record)));
    }

    /** Gives the record of an input headers. */
    public void headers(String family, int offset, Headers headers) {
        Recorded r = inputs.get(family).get(offset);
        inputs.get(family)
                .set(
                        offset,
                        new Recorded(
                                r.place(),
                                r.partition(),
                                r.offset(),
                                r.timestamp(),
                                r.schema(),
                                r.bytes(),
                                r.from(),
                                r.length(),
                                r.unreadable(),
                                headers));
    }

    /** Takes an input away, as compaction would. */
    public void lose(String family, int offset) {
        inputs.get(family).remove(offset);
    }

    /** Decides all of it again. */
    public RunVerdict replay() {
        try (Inputs found = new Inputs(new InMemory(), null)) {
            PartitionFold fold = new PartitionFold(id -> new RunFold(id, null, null), found, maxDecisionBytes);
            log.forEach(r -> fold.accept(r, null));
            return fold.finish(RunFold::finish).get(0);
        }
    }

    /** Decides all of it again from an export of it. */
    public ReplayReport replayExported(Path directory) throws IOException {
        export(directory);
        return ExportReplay.of(directory, true, Replay.Progress.NONE);
    }

    /** Writes all of it as an export. */
    public void export(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("schemas"));
        Map<String, Integer> schemas = new TreeMap<>();
        List<Manifest.Part> parts = new ArrayList<>();
        parts.add(part(directory, "decisions", log, schemas));
        for (Map.Entry<String, List<Recorded>> topic : new TreeMap<>(inputs).entrySet()) {
            parts.add(part(directory, topic.getKey(), topic.getValue(), schemas));
        }
        RecordReader<Decision> reader = new RecordReader<>(Decision.class);
        TreeMap<String, Head> heads = new TreeMap<>();
        for (Recorded r : log) {
            Decision d = reader.read(r);
            HexFormat hex = HexFormat.of();
            heads.put(
                    d.getRunId(),
                    new Head(
                            d.getSequence(),
                            hex.formatHex(r.hash()),
                            hex.formatHex(d.getStateDigest().bytes())));
        }
        List<Manifest.OfRun> runs = heads.entrySet().stream()
                .map(e -> new Manifest.OfRun(e.getKey(), e.getValue(), 0))
                .toList();
        new Manifest("test.", null, "2026-01-01T00:00:00Z", 1, null, parts, runs).write(directory);
    }

    private Manifest.Part part(Path directory, String family, List<Recorded> records, Map<String, Integer> schemas)
            throws IOException {
        ExportPart part = new ExportPart(directory, family, 0, schemas);
        for (Recorded r : records) {
            part.write(r);
        }
        return part.finish(begins, -1);
    }

    private Origin append(Input input, SpecificRecord record) {
        List<Recorded> topic = inputs.computeIfAbsent(input.family(), f -> new ArrayList<>());
        topic.add(recorded(input.family(), topic.size(), record.getClass(), encode(record)));
        return new Origin(0, topic.size() - 1);
    }

    @SuppressWarnings("unchecked")
    private static <T extends SpecificRecord> byte[] encode(T record) {
        return codec((Class<T>) record.getClass()).encode(record);
    }

    @SuppressWarnings("unchecked")
    private static <T extends SpecificRecord> RecordCodec<T> codec(Class<T> type) {
        return (RecordCodec<T>) CODECS.computeIfAbsent(type, t -> RecordCodec.of(type));
    }

    private static Recorded recorded(String topic, long offset, Class<? extends SpecificRecord> type, byte[] payload) {
        return new Recorded(
                new Place(topic, 0, offset),
                0,
                offset,
                0,
                codec(type).schema(),
                payload,
                0,
                payload.length,
                null,
                null);
    }

    private final class InMemory implements Recordings {
        @Override
        public Cursor inputs(String family, int partition) {
            return new Cursor() {
                private final List<Recorded> records = inputs.getOrDefault(family, List.of());
                private int next;

                @Override
                public Recorded next() {
                    next = Math.max(next, (int) begins);
                    return next < records.size() ? records.get(next++) : null;
                }

                @Override
                public long begins() {
                    return begins;
                }

                @Override
                public void skipTo(long offset) {}

                @Override
                public String name() {
                    return family + "-" + partition;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public Optional<Policy> policy(String reference, String digest) {
            return policies.of(digest);
        }

        @Override
        public void close() {}
    }
}
