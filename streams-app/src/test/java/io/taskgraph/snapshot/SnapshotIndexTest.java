package io.taskgraph.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.avro.SnapshotEntry;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.engine.Decided;
import io.taskgraph.engine.DecisionEncoder;
import io.taskgraph.engine.Engine;
import io.taskgraph.engine.Input;
import io.taskgraph.engine.Origin;
import io.taskgraph.engine.Run;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.codec.Digests;
import io.taskgraph.schemas.codec.WireFormat;
import io.taskgraph.schemas.registry.RecordSerializer;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Given a snapshot in several chunks, when it is not what it says, then that is found without its entries, and named. */
class SnapshotIndexTest {
    private static final TopicCatalogue TOPICS = TopicCatalogue.standard();
    private static final long NOW = 1_767_225_600_000L;
    private static SchemaRegistry registry;
    private static RecordSerializer<Decision> log;
    private static List<RunSnapshot> whole;
    private static List<RunSnapshot> others;
    private static Run run;

    private final SnapshotIndex index = new SnapshotIndex(
            registry.deserializer(TOPICS.snapshots()), registry.deserializer(TOPICS.decisions()), id -> true);
    private final List<RunSnapshot> chunks = new ArrayList<>();

    @BeforeAll
    static void givenARunOfSeveralMegabytes() {
        registry = SchemaRegistry.open("mock://snapshot-index-test");
        log = registry.serializer(TOPICS.decisions());
        run = Run.of("r");
        whole = taken(run);
        others = taken(Run.of("other"));
    }

    @AfterAll
    static void close() {
        registry.close();
    }

    @BeforeEach
    void givenItsChunks() {
        chunks.addAll(whole);
    }

    private static List<RunSnapshot> taken(Run of) {
        Engine engine = new Engine(
                new DecisionEncoder() {
                    @Override
                    public byte[] encode(Decision d) {
                        return log.write(d);
                    }

                    @Override
                    public int headerBytes() {
                        return WireFormat.HEADER_BYTES;
                    }
                },
                8_000_000);
        Decided last = null;
        for (int i = 0; i < 3; i++) {
            Mutation m = new Mutation();
            m.setMessages(List.of());
            m.setMessageId("m" + i);
            m.setRunId(of.runId());
            m.setSentAt(Instant.ofEpochMilli(NOW));
            m.setActor("planner");
            if (i == 0) {
                m.setCreateRun(CreateRun.newBuilder()
                        .setName("n")
                        .setPreset("local-permissive")
                        .build());
            }
            List<Operation> operations = new ArrayList<>();
            for (int t = 0; t < 300; t++) {
                Operation op = new Operation();
                op.setAddTask(new AddTask(TaskSpec.newBuilder()
                        .setTaskId("t" + i + "-" + t)
                        .setTitle("x".repeat(4_000))
                        .build()));
                operations.add(op);
            }
            m.setOperations(operations);
            last = engine.step(of, Input.mutation(m, new Origin(0, i)), NOW).orElseThrow();
            assertThat(last.decision().getRejection()).isNull();
        }
        return Snapshot.of(of, last.decision(), last.bytes());
    }

    private void when(List<RunSnapshot> stand) {
        for (int i = 0; i < stand.size(); i++) {
            if (stand.get(i) != null) {
                put(i, registry.serializer(TOPICS.snapshots()).write(stand.get(i)));
            }
        }
    }

    private void put(int chunk, byte[] value) {
        index.accept(new ConsumerRecord<>("snapshots", 0, chunk, new SnapshotKey("r", 3, chunk).bytes(), value));
    }

    private void change(int chunk, UnaryOperator<RunSnapshot.Builder> how) {
        chunks.set(chunk, how.apply(RunSnapshot.newBuilder(chunks.get(chunk))).build());
    }

    private String problem() {
        return index.of("r").get(3L).problem().orElse("none");
    }

    @Test
    void oneThatIsWholeIsSoundAndEachChunkFitsWellIntoARecord() {
        when(chunks);
        assertThat(chunks.size()).isGreaterThanOrEqualTo(4);
        assertThat(chunks)
                .allMatch(c ->
                        registry.serializer(TOPICS.snapshots()).write(c).length < TopicCatalogue.MAX_RECORD_BYTES / 4);
        IndexedSnapshot s = index.of("r").get(3L);
        assertThat(s.problem()).isEmpty();
        assertThat(s.stateDigest()).isEqualTo(run.stateDigest());
        assertThat(s.decisionHash()).isEqualTo(run.lastHash());
        assertThat(s.entries()).isEqualTo(run.entryCount());
        assertThat(index.basis("r", 4)).contains(s);
        assertThat(index.basis("r", 2)).contains(s);
        assertThat(index.basis("r", 5)).isEmpty();
    }

    @Test
    void theOrderInWhichChunksComeAndComeAgainIsNoMatter() {
        when(chunks);
        for (int i = chunks.size() - 1; i >= 0; i--) {
            put(i, registry.serializer(TOPICS.snapshots()).write(chunks.get(i)));
        }
        assertThat(problem()).isEqualTo("none");
    }

    @Test
    void aChunkThatIsMissingIsNamed() {
        chunks.set(2, null);
        when(chunks);
        assertThat(problem()).isEqualTo("chunk 2 of " + whole.size() + " is missing");
        assertThat(index.of("r").get(3L).isIncomplete()).isTrue();
        assertThat(index.basis("r", 4)).isEmpty();
    }

    @Test
    void aChunkThatStandsThereTwiceIsNamed() {
        chunks.set(2, chunks.get(1));
        when(chunks);
        assertThat(problem()).isEqualTo("chunk 1 stands there twice, once in the place of chunk 2");
    }

    @Test
    void aChunkThatIsOneTooManyIsNamed() {
        RunSnapshot more =
                RunSnapshot.newBuilder(chunks.get(1)).setChunk(chunks.size()).build();
        chunks.add(more);
        when(chunks);
        assertThat(problem()).isEqualTo("it has chunk " + whole.size() + ", and is one of " + whole.size());
    }

    @Test
    void aChunkOfAnotherRunIsNamed() {
        chunks.set(1, others.get(1));
        when(chunks);
        assertThat(problem()).isEqualTo("chunk 1 is of another run, other");
    }

    @Test
    void aChunkOfAnotherSnapshotOfTheRunIsNamed() {
        change(1, c -> c.setSequence(2));
        when(chunks);
        assertThat(problem()).isEqualTo("chunk 1 is of another snapshot, the one at decision 2");
    }

    @Test
    void chunksThatDoNotBelongTogetherAreNamed() {
        change(1, c -> c.setDecisionHash(new Digest(new byte[32])));
        when(chunks);
        assertThat(problem())
                .isEqualTo("its chunks do not belong together: they name different digests or numbers of chunks");
    }

    @Test
    void anEntryThatWasChangedIsFoundByTheDigest() {
        List<SnapshotEntry> entries = new ArrayList<>(chunks.get(2).getEntries());
        entries.set(5, new SnapshotEntry(entries.get(5).getKey(), entries.get(6).getValue()));
        change(2, c -> c.setEntries(entries));
        when(chunks);
        assertThat(problem()).startsWith("its entries have the digest ").contains(", and it names ");
    }

    @Test
    void anEntryThatWasLeftOutIsFoundByTheDigest() {
        List<SnapshotEntry> entries = new ArrayList<>(chunks.get(2).getEntries());
        Collections.swap(entries, 0, 1);
        entries.remove(0);
        change(2, c -> c.setEntries(entries));
        when(chunks);
        assertThat(problem()).startsWith("its entries have the digest ");
    }

    @Test
    void oneThatLiesConsistentlyIsFoundByItsDecision() {
        // given: entries and digests that fit one another, but are not the decision's
        Digest lie = new Digest(run.stateDigest().clone());
        lie.bytes()[0] ^= 1;
        for (int i = 0; i < chunks.size(); i++) {
            change(i, c -> c.setStateDigest(lie));
        }
        when(chunks);
        assertThat(problem()).isEqualTo("its state digest is not the one that its decision names");
    }

    @Test
    void aDecisionThatIsNotTheOneItNamesIsFoundByItsHash() {
        change(0, c -> c.setDecision(others.get(0).getDecision()));
        when(chunks);
        assertThat(problem()).isEqualTo("the decision it carries does not have the hash it names");
    }

    @Test
    void aDecisionOfAnotherRunIsNamed() {
        for (int i = 0; i < chunks.size(); i++) {
            change(i, c -> c.setDecisionHash(others.get(0).getDecisionHash()));
        }
        change(0, c -> c.setDecision(others.get(0).getDecision()));
        when(chunks);
        assertThat(problem()).isEqualTo("the decision it carries is decision 3 of run other");
    }

    @Test
    void aDecisionThatCannotBeReadIsNamed() {
        byte[] garbage = {7, 7, 7, 7, 7, 7, 7};
        change(0, c -> c.setDecision(ByteBuffer.wrap(garbage)));
        when(chunks);
        assertThat(problem()).startsWith("the decision it carries cannot be read (");
        change(0, c -> c.setDecision(null));
        when(chunks);
        assertThat(problem()).isEqualTo("its first chunk lacks the decision that it was taken after");
    }

    @Test
    void aHeaderThatDoesNotEndInTheChainsHeadIsFound() {
        // given: a header whose own bytes are right, so that the digest is, too
        int at = -1;
        List<SnapshotEntry> entries = null;
        for (int i = 0; i < chunks.size() && at < 0; i++) {
            entries = new ArrayList<>(chunks.get(i).getEntries());
            for (int e = 0; e < entries.size(); e++) {
                if (ChunkFacts.array(entries.get(e).getKey())[0] == 'h') {
                    byte[] header = ChunkFacts.array(entries.get(e).getValue());
                    header[header.length - 1] ^= 1;
                    entries.set(e, new SnapshotEntry(entries.get(e).getKey(), ByteBuffer.wrap(header)));
                    at = i;
                }
            }
        }
        List<SnapshotEntry> changed = entries;
        change(at, c -> c.setEntries(changed));
        when(chunks);
        assertThat(problem()).isEqualTo("its header does not end in the hash of its decision");
    }

    @Test
    void oneOfANewerFormatIsNamedWithTheRemedy() {
        for (int i = 0; i < chunks.size(); i++) {
            change(i, c -> c.setFormatVersion(Run.FORMAT_VERSION + 1));
        }
        when(chunks);
        assertThat(problem()).isEqualTo("it is of format 2, and this version reads up to format 1: upgrade to read it");
    }

    @Test
    void aRecordThatIsNoChunkIsNamed() {
        when(chunks);
        put(1, new byte[] {1, 2, 3});
        assertThat(problem()).startsWith("chunk 1 cannot be read (");
    }

    @Test
    void whatWasDeletedIsNotThere() {
        when(chunks);
        for (int i = 0; i < chunks.size(); i++) {
            put(i, null);
        }
        assertThat(index.runs()).isEmpty();
        assertThat(index.all()).isEmpty();
    }

    @Test
    void theSameRunGivesTheSameBytesWhoeverTakesIt() {
        Run again = Run.of("r");
        List<RunSnapshot> twice = taken(again);
        for (int i = 0; i < whole.size(); i++) {
            assertThat(registry.serializer(TOPICS.snapshots()).write(twice.get(i)))
                    .isEqualTo(registry.serializer(TOPICS.snapshots()).write(whole.get(i)));
        }
        assertThat(Digests.ofRecord(ChunkFacts.array(whole.get(0).getDecision())))
                .isEqualTo(whole.get(0).getDecisionHash());
    }
}
