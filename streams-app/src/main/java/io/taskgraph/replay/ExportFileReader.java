package io.taskgraph.replay;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Reads one file of an export and checks it on the way: each record's number and check sum, so that what is damaged is
 * named, and at the end the whole file's SHA-256 and count against the manifest. Not thread-safe.
 */
final class ExportFileReader implements AutoCloseable {
    private final String name;
    private final int partition;
    private final Manifest.File expected;
    private final MessageDigest sha = ExportFileWriter.sha256();
    private final InputStream in;
    private final DataFileStream<Object> container;
    private final Schema schema;
    private final CRC32C sum = new CRC32C();
    private byte[] block = new byte[0];
    private int at;
    private int end;
    private long left;
    private long number;

    ExportFileReader(Path directory, int partition, Manifest.File expected) {
        this.name = expected.name();
        this.partition = partition;
        this.expected = expected;
        Path file = directory.resolve(name);
        try {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            in = new DigestInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20), sha);
            container = new DataFileStream<>(in, new GenericDatumReader<>());
            schema = ExportFormat.wrapped(container.getSchema());
        } catch (NoSuchFileException e) {
            throw new HistoryException("The export has no file " + name + ", which its manifest names: copy it whole.");
        } catch (IOException | RuntimeException e) {
            throw new HistoryException(
                    name + " cannot be read: its header, with the schema, is damaged or missing (" + said(e) + ").", e);
        }
    }

    private static String said(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /**
     * The next record, or null at the end, the file then being what the manifest says.
     *
     * @throws HistoryException if a record is damaged, dropped, doubled or out of order; it names the first
     */
    Recorded next() {
        try {
            while (left == 0) {
                if (at != end) {
                    throw damaged("the block of records before it has " + (end - at) + " bytes too many", null);
                }
                if (!container.hasNext()) {
                    finish();
                    return null;
                }
                ByteBuffer next = container.nextBlock();
                left = container.getBlockCount();
                block = next.array();
                at = next.arrayOffset() + next.position();
                end = next.arrayOffset() + next.limit();
            }
            return record();
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
            throw damaged("it is cut off, or its block of records is damaged: " + said(e), e);
        }
    }

    private Recorded record() {
        left--;
        long is = readLong();
        long offset = readLong();
        long timestamp = readLong();
        Headers headers = readHeaders();
        int length = (int) readLong();
        int check = (int) readLong();
        if (length < 0 || length > end - at) {
            throw damaged("its length is " + length + " and there are " + (end - at) + " bytes", null);
        }
        int from = at;
        at += length;
        Recorded r = new Recorded(
                new Place(name, -1, number), partition, offset, timestamp, schema, block, from, length, null, headers);
        if (check != ExportFormat.check(sum, is, offset, timestamp, headers, block, from, length)) {
            throw new DamagedRecord(
                    damaged("its check sum is wrong: a byte of it was changed", null)
                            .getMessage(),
                    r);
        }
        if (is != number) {
            throw new DamagedRecord(
                    damaged(
                                    "the record that stands there was number " + is + " when it was written: "
                                            + (is > number
                                                    ? is == number + 1
                                                            ? "one is missing"
                                                            : (is - number) + " are missing"
                                                    : "one is doubled, or two are in the wrong order"),
                                    null)
                            .getMessage(),
                    r);
        }
        number++;
        return r;
    }

    /** Every byte counted, the file is the one that was written. */
    private void finish() throws IOException {
        byte[] rest = new byte[8192];
        while (in.read(rest) >= 0) {
            // Into the hash.
        }
        if (number < expected.records()) {
            throw damaged(
                    "the file ends before it, and the manifest says that there are " + expected.records()
                            + " records: it is cut off, perhaps in the middle of this one",
                    null);
        }
        if (number > expected.records()) {
            throw new HistoryException(name + " has " + number + " records and the manifest says " + expected.records()
                    + ": records were added, or it is from another export.");
        }
        String hash = HexFormat.of().formatHex(sha.digest());
        if (!hash.equals(expected.sha256())) {
            throw new HistoryException(name + " has SHA-256 " + hash + " and the manifest says " + expected.sha256()
                    + ": each of its records is sound by itself, so that its header or the bytes between them were"
                    + " changed, or the file was written anew.");
        }
    }

    private HistoryException damaged(String why, Exception cause) {
        return new HistoryException(new Place(name, -1, number) + ": " + why + ".", cause);
    }

    private long readLong() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            if (at >= end || shift > 63) {
                throw new IndexOutOfBoundsException("a number is not whole");
            }
            byte b = block[at++];
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
    }

    private Headers readHeaders() {
        Headers headers = null;
        for (long count = readLong(); count != 0; count = readLong()) {
            if (count < 0) {
                count = -count;
                readLong(); // the block's size
            }
            headers = headers == null ? new RecordHeaders() : headers;
            for (; count > 0; count--) {
                headers.add(new String(readBytes(), StandardCharsets.UTF_8), readBytes());
            }
        }
        return headers;
    }

    private byte[] readBytes() {
        long length = readLong();
        if (length < 0 || length > end - at) {
            throw new IndexOutOfBoundsException("a header is not whole");
        }
        at += (int) length;
        return Arrays.copyOfRange(block, at - (int) length, at);
    }

    @Override
    public void close() {
        try {
            container.close();
        } catch (IOException e) {
            // It was only read.
        }
    }
}
