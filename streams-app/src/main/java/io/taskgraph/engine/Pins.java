package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionPin;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.Rejection;
import io.taskgraph.policy.trust.Digest;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a run itself pins of extensions, from its creation on. The pins of its policy hold beside them. */
public final class Pins {
    private static final int MOST = 256;

    private Pins() {}

    /** Why they cannot be had, or null. */
    static Rejection judge(List<ExtensionPin> pins) {
        if (pins.size() > MOST) {
            return Refusal.invalid("pins", "are " + pins.size() + "; at most " + MOST + " are allowed");
        }
        Set<String> ids = new HashSet<>();
        for (ExtensionPin p : pins) {
            Rejection r = Specs.ofExtension("pin", new ExtensionRef(p.getName(), p.getVersion()));
            String id = RegisteredExtension.id(p.getName(), p.getVersion());
            if (r == null && Digest.parse(p.getDigest()).isEmpty()) {
                r = Refusal.invalid("digest of pin " + id, Texts.quoted(p.getDigest()) + " must be " + Digest.FORM);
            }
            if (r == null && !ids.add(id)) {
                r = Refusal.invalid("pin", id + " is named twice");
            }
            if (r != null) {
                return r;
            }
        }
        return null;
    }

    /** Name: versions and their digests. Mostly none. */
    public static SortedMap<String, SortedMap<String, Digest>> of(Run run) {
        if (run.tables().pins.isEmpty()) {
            return Collections.emptySortedMap();
        }
        SortedMap<String, SortedMap<String, Digest>> pins = new TreeMap<>();
        for (PinnedExtension p : run.tables().pins.values()) {
            ExtensionRef ref = TaskToolpacks.ref(p.id());
            pins.computeIfAbsent(ref.getName(), name -> new TreeMap<>())
                    .put(ref.getVersion(), Digest.parse(p.digest()).orElseThrow());
        }
        return pins;
    }
}
