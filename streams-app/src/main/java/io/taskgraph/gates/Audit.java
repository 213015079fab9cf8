package io.taskgraph.gates;

import io.taskgraph.avro.Decision;
import io.taskgraph.engine.Run;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.replay.Replay;
import io.taskgraph.replay.RunFold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Hears the decisions of all runs once and has accounts count. Memory: what the accounts keep of a run, which does not grow
 * with its log; and the policies that runs have pinned, each once.
 */
public final class Audit implements Replay.Listener {
    /** As many documents are kept parsed; a run's caps may be set anew again and again. */
    private static final int POLICIES = 1_000;

    private final List<? extends Account> accounts;
    private final TreeMap<String, Hearing> runs = new TreeMap<>();
    private final Map<String, Policy> policies = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Policy> eldest) {
            return size() > POLICIES;
        }
    };
    private long decisions;

    private Audit(List<? extends Account> accounts) {
        this.accounts = accounts;
    }

    static Audit of(List<? extends Account> accounts) {
        return new Audit(accounts);
    }

    /** For every gate. */
    public static Audit ofGates() {
        return of(Gates.all());
    }

    @Override
    public void decided(Decision d, RunFold after) {
        decided(d, after.run());
    }

    /** Hears one decision; {@code after} is the run after it. */
    void decided(Decision d, Run after) {
        decisions++;
        runs.computeIfAbsent(
                        d.getRunId(),
                        id -> new Hearing(id, accounts, text -> policies.computeIfAbsent(text, Policy::parse)))
                .accept(d, after);
    }

    long decisions() {
        return decisions;
    }

    /** The runs that the window takes in, by id. */
    List<String> runs(Window window) {
        List<String> in = new ArrayList<>();
        runs.values().stream()
                .filter(h -> window.takes(h.runId(), h.lastDecidedAt()))
                .forEach(h -> in.add(h.runId()));
        return in;
    }

    /** The last decision that was read of each of the window's runs. */
    SortedMap<String, Long> readTo(Window window) {
        SortedMap<String, Long> readTo = new TreeMap<>();
        runs(window).forEach(id -> readTo.put(id, runs.get(id).lastSequence()));
        return readTo;
    }

    /** When the last decision of the window's runs was made, in milliseconds since the epoch; 0: there is none. */
    long lastDecidedAt(Window window) {
        return runs(window).stream()
                .mapToLong(id -> runs.get(id).lastDecidedAt())
                .max()
                .orElse(0);
    }

    /** What each account counted over the runs of the window, by its id. The log is at its end. */
    Map<String, Tally> tallies(Window window) {
        Map<String, Tally> all = new HashMap<>();
        for (Account a : accounts) {
            Tally tally = new Tally();
            runs(window).forEach(id -> runs.get(id).end(a.id(), tally));
            all.put(a.id(), tally);
        }
        return all;
    }
}
