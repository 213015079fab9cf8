package io.taskgraph.eval;

import io.taskgraph.gates.Audit;
import io.taskgraph.gates.GateReport;
import io.taskgraph.gates.GateSet;
import io.taskgraph.gates.TopicEvidence;
import io.taskgraph.gates.Window;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.RunFold;
import io.taskgraph.spec.Scenario;
import io.taskgraph.spec.UnreadableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Scenarios that belong together: the YAML files of a directory, by name, or one file.
 *
 * @param scenarios by name, each once
 */
public record Suite(List<Scenario> scenarios) {
    /** What is in the directory beside scenarios. */
    private static final String OTHERS = "gates";

    /**
     * Reads a suite.
     *
     * @throws UnreadableFile if a file cannot be read or is no scenario
     * @throws IllegalArgumentException with one sentence, if there is none, or two have one name
     */
    public static Suite read(Path place) throws UnreadableFile {
        List<Scenario> scenarios = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Path file : files(place)) {
            Scenario s = Scenario.read(file);
            if (!names.add(s.name())) {
                throw new IllegalArgumentException(
                        file + ": another scenario of the suite is named " + s.name() + "; give it a name of its own.");
            }
            scenarios.add(s);
        }
        if (scenarios.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is no scenario in " + place + ": name a directory of YAML files.");
        }
        return new Suite(List.copyOf(scenarios));
    }

    private static List<Path> files(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(f -> f.toString().endsWith(".yaml")
                            && !f.getFileName().toString().startsWith(OTHERS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Plays every scenario.
     *
     * @param stages gives a stage for a scenario and the id of its run
     * @param suffix what the runs' ids end with beside the scenario's name, so that they are new to the stage; may be empty
     */
    public List<ScenarioResult> play(BiFunction<Scenario, String, Stage> stages, String suffix, long seed) {
        List<ScenarioResult> results = new ArrayList<>();
        for (Scenario s : scenarios) {
            String runId = s.name() + suffix;
            try (Stage stage = stages.apply(s, runId)) {
                results.add(ScenarioResult.of(Player.play(s, stage, runId, seed)));
            }
        }
        return results;
    }

    /** What gates say of the log that scenarios left. */
    public static GateReport judge(GateSet set, List<ScenarioResult> results) {
        Audit audit = Audit.ofGates();
        long decisions = 0;
        for (ScenarioResult r : results) {
            RunFold fold = new RunFold(r.replayed().runId(), null, null);
            for (Stage.Logged l : r.log()) {
                decisions++;
                if (l.decision().getSequence() > 0) {
                    fold.accept(l.decision(), l.record(), l.partition(), l.offset());
                    audit.decided(l.decision(), fold);
                }
            }
        }
        ReplayReport replay = new ReplayReport(
                decisions, 0, results.stream().map(ScenarioResult::replayed).toList(), List.of());
        return GateReport.of(set, audit, replay, TopicEvidence.NONE, Window.ALL);
    }
}
