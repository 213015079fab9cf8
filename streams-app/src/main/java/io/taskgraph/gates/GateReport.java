package io.taskgraph.gates;

import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.RunVerdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * What a set of gates says of the runs of a window. The same log gives the same report, byte for byte: it holds no time of
 * day and no name of a machine.
 *
 * @param set name of the set
 * @param title its title
 * @param window which runs it is about
 * @param readTo their ids, and of each the last decision that was read
 * @param decisions decisions read, those of other runs included
 * @param lastDecidedAt when the last of the runs' decisions was made, in milliseconds since the epoch; 0: there is none
 * @param gates what each came to, in the order of the set
 */
public record GateReport(
        String set,
        String title,
        Window window,
        SortedMap<String, Long> readTo,
        long decisions,
        long lastDecidedAt,
        List<GateResult> gates) {
    /**
     * Judges.
     *
     * @param audit has heard the log to its end
     * @param replay what replay found in the same pass
     */
    public static GateReport of(GateSet set, Audit audit, ReplayReport replay, TopicEvidence topics, Window window) {
        List<String> runs = audit.runs(window);
        Set<String> in = new HashSet<>(runs);
        List<RunVerdict> replayed =
                replay.runs().stream().filter(r -> in.contains(r.runId())).toList();
        Map<String, Tally> tallies = audit.tallies(window);
        List<GateResult> results = new ArrayList<>();
        set.gates().forEach((id, setting) -> {
            Gate gate = Gates.named(id).orElseThrow();
            Tally tally = tallies.get(id);
            Finding f = gate.judge(new Evidence(runs.size(), tally, replayed, topics), setting);
            results.add(new GateResult(
                    id,
                    gate.question(),
                    f.verdict(),
                    f.because(),
                    setting.blocking(),
                    setting.values(),
                    tally.counts(),
                    tally.objections(),
                    tally.objected()));
        });
        return new GateReport(
                set.name(),
                set.title(),
                window,
                audit.readTo(window),
                audit.decisions(),
                audit.lastDecidedAt(window),
                results);
    }

    /** The runs' ids, in order. */
    public List<String> runs() {
        return List.copyOf(readTo.keySet());
    }

    /** The set's own verdict: the worst of its blocking gates. */
    public Verdict verdict() {
        boolean failed = gates.stream().anyMatch(g -> g.blocks() && g.verdict() == Verdict.FAIL);
        boolean blocked = gates.stream().anyMatch(GateResult::blocks);
        return failed ? Verdict.FAIL : blocked ? Verdict.NOT_OBSERVED : Verdict.PASS;
    }

    /** Whether every blocking gate passes. */
    public boolean passes() {
        return verdict() == Verdict.PASS;
    }
}
