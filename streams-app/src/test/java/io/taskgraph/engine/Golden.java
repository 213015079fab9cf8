package io.taskgraph.engine;

import io.taskgraph.avro.Decision;
import io.taskgraph.schemas.codec.RecordCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A golden log's file: each decision's Avro bytes, with their length (four bytes, big-endian) before them. */
final class Golden {
    static final RecordCodec<Decision> CODEC = RecordCodec.of(Decision.class);

    private Golden() {}

    static byte[] file(List<Decided> log) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (Decided d : log) {
            out.writeInt(d.bytes().length);
            out.write(d.bytes());
        }
        return bytes.toByteArray();
    }

    static List<Decided> read(byte[] file) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
        List<Decided> log = new ArrayList<>();
        while (in.available() > 0) {
            byte[] record = in.readNBytes(in.readInt());
            log.add(new Decided(CODEC.decode(record), record, List.of()));
        }
        return log;
    }
}
