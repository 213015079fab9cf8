package io.taskgraph.engine;

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
}
