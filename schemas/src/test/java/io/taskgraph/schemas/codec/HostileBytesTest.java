package io.taskgraph.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.codec.UnreadableRecordException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** Whatever the bytes, reading them ends with a record or with one kind of exception, and costs no more than they do. */
class HostileBytesTest {
    private static final long MEBIBYTE = 1024 * 1024;

    @Test
    void randomBytesAreARecordOrUndecodable() {
        long seed = 20260203;
        Random random = new Random(seed);
        for (Topic<?> topic : TopicCatalogue.standard().all()) {
            RecordCodec<?> codec = RecordCodec.of(topic.type());
            for (int i = 0; i < 2_000; i++) {
                byte[] bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                assertDecodesOrIsUndecodable(codec, bytes, "seed " + seed + ", " + topic.name() + " " + i);
            }
        }
    }

    @Test
    void flippedBitsAreARecordOrUndecodable() {
        byte[] good = RecordCodec.of(Mutation.class)
                .encode(Mutation.newBuilder()
                        .setMessageId("m-1")
                        .setRunId("run-1")
                        .setSentAt(Instant.EPOCH)
                        .setOperations(List.of(new Operation(), new Operation()))
                        .build());
        RecordCodec<Mutation> codec = RecordCodec.of(Mutation.class);
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bytes = good.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertDecodesOrIsUndecodable(codec, bytes, "bit " + bit);
        }
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThat(catchThrowableOfType(UnreadableRecordException.class, () -> codec.decode(cut)))
                    .as("cut after %s", length)
                    .extracting(UnreadableRecordException::kind)
                    .isEqualTo(Kind.UNDECODABLE);
        }
    }

    @Test
    void aLengthThatTheBytesDoNotHaveIsNotAllocated() throws IOException {
        for (long length : List.of(-1L, 100L * MEBIBYTE, (long) Integer.MAX_VALUE - 8, Long.MAX_VALUE)) {
            // a Mutation whose message id is said to be that long
            byte[] string = binary(encoder -> encoder.writeLong(length));
            assertUndecodableWithoutAllocating(RecordCodec.of(Mutation.class), string, "string of " + length);

            // a Mutation with that many operations
            byte[] array = binary(encoder -> {
                encoder.writeString("m");
                encoder.writeString("r");
                encoder.writeLong(0);
                encoder.writeString("");
                encoder.writeIndex(0);
                encoder.writeIndex(0);
                encoder.writeLong(length);
            });
            assertUndecodableWithoutAllocating(RecordCodec.of(Mutation.class), array, "array of " + length);

            // a Mutation that creates a run with that many labels
            byte[] map = binary(encoder -> {
                encoder.writeString("m");
                encoder.writeString("r");
                encoder.writeLong(0);
                encoder.writeString("");
                encoder.writeIndex(0);
                encoder.writeIndex(1);
                encoder.writeString("name");
                encoder.writeString("goal");
                encoder.writeString("default");
                encoder.writeLong(length);
            });
            assertUndecodableWithoutAllocating(RecordCodec.of(Mutation.class), map, "map of " + length);
        }
    }

    @Test
    void anUnknownBranchOfAUnionIsUndecodable() throws IOException {
        byte[] bytes = binary(encoder -> {
            encoder.writeString("r");
            encoder.writeLong(1);
            encoder.writeLong(0);
            encoder.writeString("reports");
            encoder.writeInt(0);
            encoder.writeLong(0);
            encoder.writeString("");
            encoder.writeString("");
            encoder.writeIndex(7);
        });

        UnreadableRecordException e =
                catchThrowableOfType(UnreadableRecordException.class, () -> RecordCodec.of(Decision.class)
                        .decode(bytes));

        assertThat(e.kind()).isEqualTo(Kind.UNDECODABLE);
    }

    private static void assertDecodesOrIsUndecodable(RecordCodec<?> codec, byte[] bytes, String which) {
        try {
            codec.decode(bytes);
        } catch (UnreadableRecordException e) {
            assertThat(e.kind()).as(which).isEqualTo(Kind.UNDECODABLE);
        }
    }

    private static void assertUndecodableWithoutAllocating(RecordCodec<?> codec, byte[] bytes, String which) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        UnreadableRecordException e = catchThrowableOfType(UnreadableRecordException.class, () -> codec.decode(bytes));

        assertThat(e).as(which).isNotNull();
        assertThat(e.kind()).as(which).isEqualTo(Kind.UNDECODABLE);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).as(which).isLessThan(10 * MEBIBYTE);
    }

    private interface Writing {
        void to(BinaryEncoder encoder) throws IOException;
    }

    private static byte[] binary(Writing writing) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        writing.to(encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
