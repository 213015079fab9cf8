package io.taskgraph.benchmarks.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.RegisteredVersion;
import io.taskgraph.engine.RegistryRecords;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.use.UseQuestion;
import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.store.ExtensionRegistry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What an instance pays for its copy of the registry of extensions: when it starts, and when a run asks. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class RegistryBenchmark {
    /** Ten thousand versions with one signature each, as their records. */
    @State(Scope.Benchmark)
    public static class Registered {
        private static final RecordCodec<ExtensionRecord> CODEC = RecordCodec.of(ExtensionRecord.class);
        private static final UseQuestion ASKED = UseQuestion.of("coder", TrustBenchmark.Signed.NOW);

        Policy policy;
        final Map<String, byte[]> records = new LinkedHashMap<>();
        KeyValueStore<Bytes, byte[]> copy;
        ExtensionRegistry warm;

        /** Signs them. */
        @Setup
        public void sign() throws Exception {
            TrustBenchmark.Signed signed = new TrustBenchmark.Signed();
            signed.sign();
            policy = signed.policy;
            int i = 0;
            for (byte[] envelope : signed.many) {
                ExtensionRef ref = new ExtensionRef("pack" + i++, "1.0.0");
                records.put(
                        RegistryRecords.key(ref.getName(), ref.getVersion()),
                        CODEC.encode(new ExtensionRecord(
                                (long) i,
                                Instant.EPOCH,
                                "somebody",
                                "reviewed",
                                new RegisteredVersion(
                                        ref, "", ExtensionState.ENABLED, new String(envelope, UTF_8), List.of()),
                                null,
                                "")));
            }
            copy = load();
            warm = new ExtensionRegistry(copy, CODEC::decode);
            look(warm);
        }

        /** As an instance does with each record of the topic: read, compared with what it has, kept. */
        KeyValueStore<Bytes, byte[]> load() {
            KeyValueStore<Bytes, byte[]> loaded =
                    Stores.inMemoryKeyValueStore("extensions").get();
            records.forEach((key, value) -> {
                byte[] before = loaded.get(Bytes.wrap(key.getBytes(UTF_8)));
                if (before == null
                        || CODEC.decode(value).getSequence()
                                >= CODEC.decode(before).getSequence()) {
                    CODEC.decode(value);
                    loaded.put(Bytes.wrap(key.getBytes(UTF_8)), value);
                }
            });
            return loaded;
        }

        Optional<ExtensionSeen> look(ExtensionRegistry registry) {
            return registry.look(new ExtensionRef("pack7", "1.0.0"), ASKED, policy);
        }
    }

    /** Ten thousand versions into an instance that starts: nothing is verified. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 3)
    @Measurement(iterations = 5)
    public long loadTenThousand(Registered r) {
        return r.load().approximateNumEntries();
    }

    /** The first time that a run of the instance asks for a version: its one signature is verified. */
    @Benchmark
    public Optional<ExtensionSeen> firstLook(Registered r) {
        return r.look(new ExtensionRegistry(r.copy, Registered.CODEC::decode));
    }

    /** Each time after that: no cryptography. */
    @Benchmark
    public Optional<ExtensionSeen> look(Registered r) {
        return r.look(r.warm);
    }
}
