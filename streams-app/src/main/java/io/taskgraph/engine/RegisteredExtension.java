package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A version of an extension in the registry.
 *
 * @param id name, an at sign and version
 * @param digest of its manifest
 * @param state where it is in its life
 * @param publisher who says that they made it
 * @param artifacts the digests of its artifacts
 * @param signedBy the fingerprints of the keys that it is signed by
 * @param envelope as it was put forward
 * @param attestations as they were put forward
 * @param proposedBy who put it forward
 * @param endorsers who said that it may be used, since it last could not be
 * @param endorsedAt when each did, in milliseconds since the epoch
 * @param endorserKeys for each the fingerprint of the key that proves it; empty: it is only said
 */
record RegisteredExtension(
        String id,
        String digest,
        ExtensionState state,
        String publisher,
        List<String> artifacts,
        List<String> signedBy,
        String envelope,
        List<String> attestations,
        String proposedBy,
        List<String> endorsers,
        List<Long> endorsedAt,
        List<String> endorserKeys) {
    static final Table.Kind<RegisteredExtension> ENTRY =
            new Table.Kind<>((byte) 'X', "extension", RegisteredExtension::write, RegisteredExtension::read);

    static String id(ExtensionRef ref) {
        return id(ref.getName(), ref.getVersion());
    }

    static String id(String name, String version) {
        return name + "@" + version;
    }

    /** What the ids of a name's versions begin with. No name has an at sign. */
    static String idsOf(String name) {
        return name + "@";
    }

    ExtensionRef ref() {
        int at = id.indexOf('@');
        return new ExtensionRef(id.substring(0, at), id.substring(at + 1));
    }

    /** Elsewhere in its life: whoever said that it may be used is asked anew. */
    RegisteredExtension in(ExtensionState to) {
        return new RegisteredExtension(
                id,
                digest,
                to,
                publisher,
                artifacts,
                signedBy,
                envelope,
                attestations,
                proposedBy,
                List.of(),
                List.of(),
                List.of());
    }

    RegisteredExtension endorsed(String by, String key, long at) {
        List<String> who = new ArrayList<>(endorsers);
        who.add(by);
        List<Long> when = new ArrayList<>(endorsedAt);
        when.add(at);
        List<String> keys = new ArrayList<>(endorserKeys);
        keys.add(key);
        return new RegisteredExtension(
                id, digest, state, publisher, artifacts, signedBy, envelope, attestations, proposedBy, who, when, keys);
    }

    private static void write(EntryWriter out, RegisteredExtension x) {
        out.text(1, x.digest)
                .number(2, x.state.ordinal())
                .text(3, x.publisher)
                .texts(4, x.artifacts)
                .texts(5, x.signedBy)
                .text(6, x.envelope)
                .texts(7, x.attestations)
                .text(8, x.proposedBy)
                .texts(9, x.endorsers)
                .numbers(10, x.endorsedAt);
        if (x.endorserKeys.stream().anyMatch(key -> !key.isEmpty())) {
            out.texts(11, x.endorserKeys);
        }
    }

    private static RegisteredExtension read(String id, EntryReader in) {
        String[] text = {"", "", "", ""};
        ExtensionState state = ExtensionState.UNKNOWN;
        List<String> artifacts = new ArrayList<>();
        List<String> signedBy = new ArrayList<>();
        List<String> attestations = new ArrayList<>();
        List<String> endorsers = new ArrayList<>();
        List<Long> endorsedAt = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1 -> text[0] = in.text();
                case 2 -> state = ExtensionState.values()[(int) in.number()];
                case 3 -> text[1] = in.text();
                case 4 -> artifacts.add(in.text());
                case 5 -> signedBy.add(in.text());
                case 6 -> text[2] = in.text();
                case 7 -> attestations.add(in.text());
                case 8 -> text[3] = in.text();
                case 9 -> endorsers.add(in.text());
                case 10 -> endorsedAt.add(in.number());
                case 11 -> keys.add(in.text());
                default -> in.skip();
            }
        }
        return new RegisteredExtension(
                id,
                text[0],
                state,
                text[1],
                artifacts,
                signedBy,
                text[2],
                attestations,
                text[3],
                endorsers,
                endorsedAt,
                keys.isEmpty() ? Collections.nCopies(endorsers.size(), "") : keys);
    }
}
