package io.taskgraph.policy.trust.attest;

/**
 * What a statement says, as far as a policy can ask about it.
 *
 * @param madeAtMillis when what it tells of ended, in milliseconds since 1970 UTC; {@link #NOT_SAID} if it does not say
 * @param by who or what did it: a builder's id, a scanner's; empty: it does not say
 * @param result how it ended, in lower case; empty: statements of this type say none
 * @param findings how much was found; 0 where statements of this type count nothing
 */
public record Claim(long madeAtMillis, String by, String result, int findings) {
    /** It does not say when. */
    public static final long NOT_SAID = -1;

    /** The result that is a good one. */
    public static final String PASSED = "passed";

    /** What a statement of a type says that is not known here: that it was made. */
    public static final Claim NOTHING = new Claim(NOT_SAID, "", "", 0);
}
