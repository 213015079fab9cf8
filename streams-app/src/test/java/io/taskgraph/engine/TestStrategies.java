package io.taskgraph.engine;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Strategies that do what a strategy should not, and some that do what ours do not. */
public final class TestStrategies {
    private TestStrategies() {}

    /** One that says the same whatever the situation. */
    private abstract static class Fixed implements Strategy {
        private final String name;
        private final List<Proposal> proposals;

        Fixed(String name, List<Proposal> proposals) {
            this.name = name;
            this.proposals = proposals;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<Proposal> propose(Situation situation) {
            return proposals;
        }
    }

    public static final class Throws extends Fixed {
        public Throws() {
            super("throws", List.of());
        }

        @Override
        public List<Proposal> propose(Situation situation) {
            throw new IllegalStateException("no idea");
        }
    }

    public static final class SaysNothing extends Fixed {
        public SaysNothing() {
            super("says-nothing", List.of());
        }
    }

    public static final class SaysNull extends Fixed {
        public SaysNull() {
            super("says-null", Collections.singletonList(null));
        }
    }

    public static final class SaysTooMuch extends Fixed {
        public SaysTooMuch() {
            super("says-too-much", Collections.nCopies(Strategy.MOST + 1, new Proposal.Escalate("help")));
        }
    }

    public static final class Contradicts extends Fixed {
        public Contradicts() {
            super("contradicts", List.of(new Proposal.Fail("it is over"), new Proposal.Retry()));
        }
    }

    public static final class RetriesForEver extends Fixed {
        public RetriesForEver() {
            super("retries-for-ever", List.of(new Proposal.Retry()));
        }
    }

    /** Counts up to the cap, which it takes for a small number, and does not stop there. */
    public static final class Counts extends Fixed {
        public Counts() {
            super("counts", List.of(new Proposal.Retry(), new Proposal.Fail("it is over")));
        }

        @Override
        public List<Proposal> propose(Situation situation) {
            int most = Math.addExact(situation.maxRetries(), 1);
            return situation.task().failures() < most ? List.of(new Proposal.Retry()) : super.propose(situation);
        }
    }

    public static final class OnlyEscalates extends Fixed {
        public OnlyEscalates() {
            super("only-escalates", List.of(new Proposal.Escalate("look at it")));
        }
    }

    public static final class Reassigns extends Fixed {
        public Reassigns() {
            super("reassigns", List.of(new Proposal.Reassign("expert")));
        }
    }

    public static final class EndsTheRun extends Fixed {
        public EndsTheRun() {
            super("ends-the-run", List.of(new Proposal.FailRun("it is no use")));
        }
    }

    /**
     * Does what the task's agent type says: {@code TRIGGER:word+word,TRIGGER:word}. Of what it does not mention it tries again
     * what failed, and leaves the rest as it is.
     */
    public static final class AsTold implements Strategy {
        @Override
        public String name() {
            return "as-told";
        }

        @Override
        public List<Proposal> propose(Situation s) {
            for (String told : s.task().agentType().split(",")) {
                if (told.startsWith(s.trigger() + ":")) {
                    return Arrays.stream(told.substring(told.indexOf(':') + 1).split("\\+"))
                            .map(AsTold::proposal)
                            .toList();
                }
            }
            return List.of(s.trigger().isFailure() ? new Proposal.Retry() : new Proposal.Noop());
        }

        static Proposal proposal(String word) {
            return switch (word) {
                case "noop" -> new Proposal.Noop();
                case "request context" -> new Proposal.RequestContext("what should it know?");
                case "retry" -> new Proposal.Retry();
                case "reassign" -> new Proposal.Reassign("expert");
                case "defer" -> new Proposal.Defer("as told");
                case "fail" -> new Proposal.Fail("as told");
                case "compensate" -> new Proposal.Compensate("as told");
                case "slow down" -> new Proposal.SlowDown(1, 60_000, "as told");
                case "stand still" -> new Proposal.SlowDown(0, 60_000, "as told");
                case "slow down for ever" -> new Proposal.SlowDown(1, Long.MAX_VALUE, "as told");
                case "pause" -> new Proposal.Pause("as told");
                case "escalate" -> new Proposal.Escalate("as told");
                case "fail run" -> new Proposal.FailRun("as told");
                default -> throw new IllegalArgumentException("nobody knows how to " + word);
            };
        }
    }

    /** Asks itself without end. */
    public static final class Loops implements Strategy {
        @Override
        public String name() {
            return "loops";
        }

        @Override
        public List<Proposal> propose(Situation s) {
            return propose(s);
        }
    }
}
