package io.taskgraph.replay;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.Fact;
import io.taskgraph.engine.ExtensionCatalogue;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.use.UseQuestion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The registry of extensions as a decision saw it: its facts say what the run had not seen so before. */
final class RecordedExtensions implements ExtensionCatalogue {
    private final Deque<ExtensionSeen> recorded = new ArrayDeque<>();

    /** The decision that is made again next. */
    void of(Decision d) {
        recorded.clear();
        for (Fact f : d.getFacts()) {
            if (f.getExtensionSeen() != null) {
                recorded.add(f.getExtensionSeen());
            }
        }
    }

    @Override
    public Optional<ExtensionSeen> look(ExtensionRef ref, UseQuestion question, Policy policy) {
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
