package io.taskgraph.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a suite came to before.
 *
 * @param tolerance by how many percent a measure may grow
 * @param scenarios score and measures, by scenario
 */
public record Baseline(int tolerance, SortedMap<String, SortedMap<String, Long>> scenarios) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String SCORE = "score";
    private static final int TOLERANCE = 10;
    private static final int MOST_TOLERANCE = 1_000;

    /** That of results; all of them have to pass, for a baseline is what must not be fallen behind. */
    public static Baseline of(List<ScenarioResult> results) {
        SortedMap<String, SortedMap<String, Long>> all = new TreeMap<>();
        for (ScenarioResult r : results) {
            SortedMap<String, Long> one = new TreeMap<>(r.measures());
            one.put(SCORE, (long) r.score());
            all.put(r.name(), one);
        }
        return new Baseline(TOLERANCE, all);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException with one sentence, if it is none
     */
    public static Baseline read(Path file) {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + " cannot be read as a baseline; write one with --update-baseline.", e);
        }
        JsonNode tolerance = root.path("tolerance_percent");
        if (!tolerance.canConvertToInt() || tolerance.intValue() < 0 || tolerance.intValue() > MOST_TOLERANCE) {
            throw new IllegalArgumentException(file + ": tolerance_percent must be a whole number from 0 to "
                    + MOST_TOLERANCE + ", not " + tolerance + ".");
        }
        SortedMap<String, SortedMap<String, Long>> all = new TreeMap<>();
        for (Map.Entry<String, JsonNode> s : root.path("scenarios").properties()) {
            SortedMap<String, Long> one = new TreeMap<>();
            for (Map.Entry<String, JsonNode> m : s.getValue().properties()) {
                if (!m.getValue().canConvertToLong() || m.getValue().longValue() < 0) {
                    throw new IllegalArgumentException(file + ": " + m.getKey() + " of " + s.getKey()
                            + " must be a whole number, not " + m.getValue() + ".");
                }
                one.put(m.getKey(), m.getValue().longValue());
            }
            all.put(s.getKey(), one);
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException(file + " has no scenarios; write a baseline with --update-baseline.");
        }
        return new Baseline(tolerance.intValue(), all);
    }

    /** As it is stored. */
    public String write() {
        ObjectNode root = JSON.createObjectNode();
        root.put("tolerance_percent", tolerance);
        ObjectNode all = root.putObject("scenarios");
        scenarios.forEach((name, measures) -> {
            ObjectNode one = all.putObject(name);
            measures.forEach(one::put);
        });
        return root.toPrettyString() + "\n";
    }

    /**
     * What is worse than before, a sentence each: a score that fell, a measure that grew beyond the tolerance, a scenario that
     * is gone.
     *
     * @param measures whether measures are compared: those of a broker depend on the machine
     */
    public List<String> regressions(List<ScenarioResult> results, boolean measures) {
        List<String> worse = new ArrayList<>();
        Map<String, ScenarioResult> now = new TreeMap<>();
        results.forEach(r -> now.put(r.name(), r));
        scenarios.forEach((name, before) -> {
            ScenarioResult r = now.get(name);
            if (r == null) {
                worse.add(name + " is in the baseline and was not played");
                return;
            }
            if (r.score() < before.getOrDefault(SCORE, 0L)) {
                worse.add(name + " scores " + r.score() + ", and " + before.get(SCORE) + " before");
            }
            if (measures) {
                r.measures().forEach((measure, value) -> {
                    Long was = before.get(measure);
                    if (was != null && value * 100 > was * (100 + tolerance)) {
                        worse.add(name + " takes " + value + " " + measure + ", and " + was + " before (" + tolerance
                                + " % more is tolerated)");
                    }
                });
            }
        });
        return worse;
    }
}
