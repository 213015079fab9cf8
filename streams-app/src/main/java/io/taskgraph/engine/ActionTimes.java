package io.taskgraph.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * When the run's agents asked for actions within the last minute: as many as {@code max_actions_per_minute} at the most.
 *
 * @param at milliseconds since the epoch, oldest first
 */
record ActionTimes(List<Long> at) {
    static final long MINUTE = 60_000;
    static final ActionTimes NONE = new ActionTimes(List.of());
    /** A run has one such entry. */
    static final String ID = "";

    static final Table.Kind<ActionTimes> ENTRY =
            new Table.Kind<>((byte) 'r', "times of actions", ActionTimes::write, ActionTimes::read);

    /** Those less than a minute before. */
    int within(long now) {
        int n = at.size();
        int old = 0;
        while (old < n && at.get(old) <= now - MINUTE) {
            old++;
        }
        return n - old;
    }

    /** With one more, and without those that a minute has passed since. */
    ActionTimes with(long now) {
        List<Long> kept = new ArrayList<>(at.subList(at.size() - within(now), at.size()));
        kept.add(now);
        return new ActionTimes(List.copyOf(kept));
    }

    private static void write(EntryWriter out, ActionTimes times) {
        List<Long> steps = new ArrayList<>(times.at.size());
        long before = 0;
        for (long t : times.at) {
            steps.add(t - before);
            before = t;
        }
        out.numbers(1, steps);
    }

    private static ActionTimes read(String id, EntryReader in) {
        List<Long> at = new ArrayList<>();
        long before = 0;
        for (int f = in.next(); f != 0; f = in.next()) {
            if (f == 1) {
                before += in.number();
                at.add(before);
            } else {
                in.skip();
            }
        }
        return new ActionTimes(List.copyOf(at));
    }
}
