package io.taskgraph.replay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Writes one file of an export. Not thread-safe. */
final class ExportFileWriter {
    private final Path file;
    private final Schema schema;
    private final MessageDigest sha = sha256();
    private final DataFileWriter<Object> container;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private final CRC32C sum = new CRC32C();
    private BinaryEncoder encoder;
    private long records;
    private long first = -1;
    private long last = -1;

    /** @param schema of the records that will be wrapped */
    ExportFileWriter(Path file, Schema schema) throws IOException {
        this.file = file;
        this.schema = schema;
        Schema wrapping = ExportFormat.wrapping(schema);
        container = new DataFileWriter<>(new GenericDatumWriter<>(wrapping));
        container.setSyncInterval(ExportFormat.BLOCK_BYTES);
        OutputStream out = new DigestOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), sha);
        container.create(wrapping, out);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether records of that schema can be written to it. */
    boolean takes(Schema other) {
        return schema == other || schema.equals(other);
    }

    void write(Recorded r) throws IOException {
        buffer.reset();
        encoder = EncoderFactory.get().directBinaryEncoder(buffer, encoder);
        encoder.writeLong(records);
        encoder.writeLong(r.offset());
        encoder.writeLong(r.timestamp());
        writeHeaders(r.headers());
        encoder.writeInt(r.length());
        encoder.writeInt(ExportFormat.check(
                sum, records, r.offset(), r.timestamp(), r.headers(), r.bytes(), r.from(), r.length()));
        encoder.flush();
        buffer.write(r.bytes(), r.from(), r.length());
        container.appendEncoded(ByteBuffer.wrap(buffer.toByteArray()));
        first = records == 0 ? r.offset() : first;
        last = r.offset();
        records++;
    }

    private void writeHeaders(Headers headers) throws IOException {
        encoder.writeArrayStart();
        if (headers != null) {
            Header[] all = headers.toArray();
            encoder.setItemCount(all.length);
            for (Header h : all) {
                encoder.startItem();
                encoder.writeString(h.key());
                encoder.writeBytes(h.value());
            }
        }
        encoder.writeArrayEnd();
    }

    /** Closes it and says what it holds. */
    Manifest.File finish() throws IOException {
        container.close();
        return new Manifest.File(
                file.getFileName().toString(),
                records,
                Files.size(file),
                HexFormat.of().formatHex(sha.digest()),
                first,
                last);
    }

    /** A text that is written beside, and its hash. */
    static String writeText(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }
}
