package io.taskgraph.policy.contract;

/**
 * How much of a run's history stays; where the flag {@code trace_replay} is on, without which all of it does. With none of
 * its numbers set everything stays for ever.
 *
 * @param decisions the last so many decisions stay; 0: it is not a matter of their number
 * @param ageMillis decisions that are younger stay, in milliseconds; 0: it is not a matter of their age
 * @param finishedMillis a run that ended is forgotten so long after its last decision, in milliseconds; 0: never
 */
public record RetentionPolicy(int decisions, long ageMillis, long finishedMillis) {
    /** What a document gets that leaves the section out: everything stays. */
    public static final RetentionPolicy DEFAULT = new RetentionPolicy(0, 0, 0);

    /** Whether decisions ever go while their run is kept. */
    public boolean truncates() {
        return decisions > 0 || ageMillis > 0;
    }
}
