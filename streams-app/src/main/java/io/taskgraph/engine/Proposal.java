package io.taskgraph.engine;

/** What a strategy proposes. The engine checks it like anyone's input: a proposal can be refused. */
public sealed interface Proposal {
    /** What it is, in a word. */
    String word();

    /** Leave it as it is. Of an attempt that failed something has to become. */
    record Noop() implements Proposal {
        @Override
        public String word() {
            return "noop";
        }
    }

    /**
     * Ask by mail: of an attempt in flight its worker; else the run's planners, and set the task aside until they answer. The
     * next attempt is given what they say.
     */
    record RequestContext(String question) implements Proposal {
        @Override
        public String word() {
            return "request context";
        }
    }

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

    /** Give the task's branch up, whatever its failure mode: its dependents end, what was done for it is undone. */
    record Compensate(String reason) implements Proposal {
        @Override
        public String word() {
            return "compensate";
        }
    }

    /**
     * Have fewer attempts out at a time.
     *
     * @param workers how many, from 1, and fewer than may be out now
     * @param millis for how long, from {@link #LEAST_MILLIS} to {@link #MOST_MILLIS}
     */
    record SlowDown(int workers, long millis, String reason) implements Proposal {
        /** The shortest, in milliseconds: a second. */
        public static final long LEAST_MILLIS = 1_000;
        /** The longest, in milliseconds: a day. */
        public static final long MOST_MILLIS = 86_400_000;

        @Override
        public String word() {
            return "slow down";
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
