package io.taskgraph.gates;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What one gate came to.
 *
 * @param id the gate
 * @param question what it asks
 * @param because one sentence without its full stop
 * @param blocking whether the set fails with it
 * @param thresholds what it compared with
 * @param evidence what it counted
 * @param objections the first few things that speak against
 * @param objected how many there are
 */
public record GateResult(
        String id,
        String question,
        Verdict verdict,
        String because,
        boolean blocking,
        Map<String, Long> thresholds,
        SortedMap<String, Long> evidence,
        List<Tally.Objection> objections,
        long objected) {
    /** Whether the set fails with it: a blocking gate must pass, and one that saw nothing has not. */
    public boolean blocks() {
        return blocking && verdict != Verdict.PASS;
    }
}
