package io.taskgraph.replay;

/**
 * What became of deciding again.
 *
 * @param decisions decided again from their recorded inputs, and the same byte for byte
 * @param notRedecided decisions whose input, or what they rest on, is not there any more: not checked, and no pass
 * @param firstNotRedecided the first of them and why, one sentence without its full stop; empty if there is none
 * @param heartbeatsGone heartbeats that decisions about silent workers name and that are not there any more: those decisions
 *     were made again from what they record of them
 */
public record Redecided(long decisions, long notRedecided, String firstNotRedecided, long heartbeatsGone) {
    static final Redecided NONE = new Redecided(0, 0, "", 0);

    Redecided plus(Redecided other) {
        return new Redecided(
                decisions + other.decisions,
                notRedecided + other.notRedecided,
                firstNotRedecided.isEmpty() ? other.firstNotRedecided : firstNotRedecided,
                heartbeatsGone + other.heartbeatsGone);
    }

    Redecided again() {
        return new Redecided(decisions + 1, notRedecided, firstNotRedecided, heartbeatsGone);
    }

    Redecided withoutHeartbeats(long gone) {
        return gone == 0 ? this : new Redecided(decisions, notRedecided, firstNotRedecided, heartbeatsGone + gone);
    }

    Redecided not(String runId, long sequence, String why) {
        String first = firstNotRedecided.isEmpty()
                ? "decision " + sequence + " of run " + runId + ": " + why
                : firstNotRedecided;
        return new Redecided(decisions, notRedecided + 1, first, heartbeatsGone);
    }
}
