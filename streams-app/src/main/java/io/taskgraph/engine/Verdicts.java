package io.taskgraph.engine;

import io.taskgraph.policy.decision.Verdict;

/** The policy's verdicts in the schemas' words. */
final class Verdicts {
    private Verdicts() {}

    static io.taskgraph.avro.Verdict avro(Verdict v) {
        return switch (v) {
            case ALLOW -> io.taskgraph.avro.Verdict.ALLOW;
            case AWAIT_APPROVAL -> io.taskgraph.avro.Verdict.AWAIT_APPROVAL;
            case DENY -> io.taskgraph.avro.Verdict.DENY;
        };
    }
}
