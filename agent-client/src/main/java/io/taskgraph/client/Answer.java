package io.taskgraph.client;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the control plane decided on a message: a value, also when it refused.
 *
 * @param runId the run
 * @param messageId the message
 * @param sequence the decision's number within the run: for a duplicate that of the decision which the message had got;
 *     0 where there is no such run
 * @param graphVersion version of the run's graph after it
 * @param duplicate whether the message had been decided before and this tells how
 * @param refusal why it was refused; empty if it was accepted
 */
public record Answer(
        String runId,
        String messageId,
        long sequence,
        long graphVersion,
        boolean duplicate,
        Optional<Refusal> refusal) {

    /**
     * Why a message was refused.
     *
     * @param code of a closed set
     * @param message one sentence for people: what, and the remedy
     * @param details the numbers and names that explain it, in key order; keys are documented by code
     */
    public record Refusal(RejectionCode code, String message, Map<String, String> details) {}

    /** Whether it was accepted. */
    public boolean accepted() {
        return refusal.isEmpty();
    }

    /**
     * This answer, if it is an acceptance.
     *
     * @throws RefusedException if it is not
     */
    public Answer orThrow() {
        if (!accepted()) {
            throw new RefusedException(this);
        }
        return this;
    }

    static Answer of(Decision decision) {
        boolean duplicate = decision.getOutcome() == Outcome.DUPLICATE;
        boolean accepted = decision.getOutcome() == Outcome.ACCEPTED || duplicate && decision.getRejection() == null;
        return new Answer(
                decision.getRunId(),
                decision.getCause().getMessageId(),
                duplicate && decision.getDuplicateOf() != null ? decision.getDuplicateOf() : decision.getSequence(),
                decision.getGraphVersion(),
                duplicate,
                accepted ? Optional.empty() : Optional.of(refusal(decision.getRejection())));
    }

    private static Refusal refusal(Rejection rejection) {
        if (rejection == null) {
            return new Refusal(
                    RejectionCode.UNKNOWN,
                    "The decision has an outcome that this client does not know: update the client.",
                    Map.of());
        }
        return new Refusal(rejection.getCode(), rejection.getMessage(), new TreeMap<>(rejection.getDetails()));
    }
}
