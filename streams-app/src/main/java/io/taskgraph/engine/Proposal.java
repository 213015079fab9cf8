package io.taskgraph.engine;

/** What a strategy proposes. The engine checks it like anyone's input: a proposal can be refused. */
public sealed interface Proposal {
    /** What it is, in a word. */
    String word();

    /** Try the task again, after the policy's back-off. */
    record Retry() implements Proposal {
        @Override
        public String word() {
            return "retry";
        }
    }

    /** Give the task to another kind of agent, and try it again. */
    record Reassign(String agentType) implements Proposal {
        @Override
        public String word() {
            return "reassign";
        }
    }

    /** Set the task aside until somebody takes it up again. */
    record Defer(String reason) implements Proposal {
        @Override
        public String word() {
            return "defer";
        }
    }

    /** Let the task fail; its failure mode says what follows. */
    record Fail(String reason) implements Proposal {
        @Override
        public String word() {
            return "fail";
        }
    }

    /** Have the run wait for an operator. */
    record Pause(String reason) implements Proposal {
        @Override
        public String word() {
            return "pause";
        }
    }

    /** Call an operator; the run goes on. */
    record Escalate(String reason) implements Proposal {
        @Override
        public String word() {
            return "escalate";
        }
    }

    /** End the run. */
    record FailRun(String reason) implements Proposal {
        @Override
        public String word() {
            return "fail run";
        }
    }
}
