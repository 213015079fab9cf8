package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.engine.ExtensionCatalogue;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.use.UseQuestion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The registry of extensions as a decision saw it: its facts say what the run had not seen so before. */
final class RecordedExtensions implements ExtensionCatalogue {
    private final Deque<ExtensionSeen> recorded = new ArrayDeque<>();
    private boolean tooLarge;

    /** The decision that is made again next. */
    void of(Decision d) {
        recorded.clear();
        tooLarge = d.getRejection() != null && d.getRejection().getCode() == RejectionCode.TOO_LARGE;
        for (Fact f : d.getFacts()) {
            if (f.getExtensionSeen() != null) {
                recorded.add(f.getExtensionSeen());
            }
        }
    }

    /**
     * What was new to the run.
     *
     * @throws MissingEvidence if the decision was refused for its size, and with it what it would have recorded
     */
    @Override
    public Optional<ExtensionSeen> look(ExtensionRef ref, UseQuestion question, Policy policy) {
        if (tooLarge) {
            throw new MissingEvidence(
                    "it was refused for the size of its decision, which would have told what it saw of extension "
                            + ref.getName() + "@" + ref.getVersion());
        }
        // Seen in the order of the looks that gave something new.
        ExtensionSeen next = recorded.peek();
        if (next == null
                || !next.getExtension().equals(ref)
                || !next.getAgentType().equals(question.agentType())) {
            return Optional.empty();
        }
        return Optional.of(recorded.poll());
    }
}
