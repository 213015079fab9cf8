package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.LookedUp;
import io.taskgraph.engine.PolicyCatalogue;
import io.taskgraph.policy.contract.Policy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers as the catalogue of policies answered when the decision was made. */
final class RecordedCatalogue implements PolicyCatalogue {
    private final Recordings recordings;
    private final List<LookedUp> lookedUp;

    RecordedCatalogue(Recordings recordings, Decision d) {
        this.recordings = recordings;
        this.lookedUp = d.getEvidence() == null ? List.of() : d.getEvidence().getLookedUp();
    }

    @Override
    public Optional<Policy> named(String reference) {
        String digest = found(POLICY, PolicyCatalogue.key(reference));
        if (digest.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(recordings
                .policy(reference, digest)
                .orElseThrow(() -> new MissingEvidence("policy " + reference + " with digest " + digest.substring(0, 12)
                        + "… is neither among the published profiles nor a preset of this version")));
    }

    @Override
    public Optional<String> selectedBy(Map<String, String> labels) {
        return Optional.of(found(POLICY_FOR, "")).filter(f -> !f.isEmpty());
    }

    private String found(String what, String name) {
        for (LookedUp l : lookedUp) {
            if (l.getWhat().equals(what) && l.getName().equals(name)) {
                return l.getFound();
            }
        }
        throw new MissingEvidence("the decision does not record what it found under " + what
                + (name.isEmpty() ? "" : " \"" + name + "\""));
    }
}
