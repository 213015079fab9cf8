package io.taskgraph.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogValue;

/** The log directory of a broker that was killed in the middle of the one transaction that there was. */
public final class UnfinishedTransaction {
    private static final byte EMPTY = 0;
    private static final byte PREPARE_COMMIT = 2;
    private static final int COORDINATORS = 4;

    private UnfinishedTransaction() {}

    /** Copies the directory of a broker that is at work: what is left when it is killed. */
    public static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                try {
                    Files.copy(file, copy);
                } catch (NoSuchFileException renamed) {
                    // A checkpoint that was being written: the one before it is there.
                }
            }
        }
    }

    /** Its coordinator has decided and written that down, and no more. */
    public static void decided(Path logs, String topic) throws IOException {
        cut(logs, topic, PREPARE_COMMIT);
    }

    /** Its coordinator knows nothing of it: it hangs. */
    public static void unknown(Path logs, String topic) throws IOException {
        cut(logs, topic, EMPTY);
    }

    private static void cut(Path logs, String topic, byte status) throws IOException {
        int known = 0;
        for (int partition = 0; partition < COORDINATORS; partition++) {
            known += cut(logs.resolve("__transaction_state-" + partition), batch -> isStatus(batch, status), true);
        }
        assertThat(known).as("states of the transaction").isEqualTo(1);
        cut(logs.resolve(topic + "-0"), FileChannelRecordBatch::isControlBatch, false); // if it was written at all
    }

    /** Cuts a log at the first such batch, behind it or before it; what Kafka derives from the log goes, too. */
    private static int cut(Path log, Predicate<FileChannelRecordBatch> found, boolean behind) throws IOException {
        int cut = 0;
        try (FileRecords records =
                FileRecords.open(log.resolve("00000000000000000000.log").toFile())) {
            for (FileChannelRecordBatch batch : records.batches()) {
                if (found.test(batch)) {
                    records.truncateTo((int) batch.position() + (behind ? batch.sizeInBytes() : 0));
                    cut = 1;
                    break;
                }
            }
        }
        try (Stream<Path> files = Files.list(log)) {
            for (Path file : files.filter(file -> file.toString().matches(".*\\.(index|timeindex|txnindex|snapshot)"))
                    .toList()) {
                Files.delete(file);
            }
        }
        return cut;
    }

    private static boolean isStatus(FileChannelRecordBatch batch, byte status) {
        for (Record record : batch) {
            ByteBuffer value = record.value();
            short version = value.getShort();
            if (new TransactionLogValue(new ByteBufferAccessor(value), version).transactionStatus() == status) {
                return true;
            }
        }
        return false;
    }
}
