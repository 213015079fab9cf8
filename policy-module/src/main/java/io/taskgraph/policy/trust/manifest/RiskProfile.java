package io.taskgraph.policy.trust.manifest;

import io.taskgraph.policy.trust.Capability;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** How much an extension may ask for, in growing order. */
public enum RiskProfile {
    READ_ONLY("read-only", EnumSet.of(Capability.READ, Capability.TRACE)),
    STANDARD("standard", EnumSet.of(Capability.READ, Capability.WRITE, Capability.TRACE)),
    PRIVILEGED(
            "privileged",
            EnumSet.of(Capability.READ, Capability.WRITE, Capability.EXEC, Capability.NETWORK, Capability.TRACE));

    private final String key;
    private final Set<Capability> most;

    RiskProfile(String key, Set<Capability> most) {
        this.key = key;
        this.most = Collections.unmodifiableSet(most);
    }

    /** Its word in a document. */
    public String key() {
        return key;
    }

    /** The most that it may ask for, in the order of {@link Capability}. */
    public Set<Capability> most() {
        return most;
    }

    /** The most that an extension of a kind may ask for under this profile. */
    public Set<Capability> most(ExtensionKind kind) {
        Set<Capability> all = EnumSet.copyOf(most);
        kind.own().ifPresent(all::add);
        return Collections.unmodifiableSet(all);
    }
}
