package io.taskgraph.cli;

import io.taskgraph.avro.TaskSpec;
import io.taskgraph.spec.RunSpecification;
import io.taskgraph.spec.UnreadableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A graph for the demonstration: a real one, its durations compressed so that it fits.
 *
 * @param file where it came from
 * @param specification with compressed durations and the preset {@code demo}
 * @param workMillis how much work it says to be, uncompressed
 * @param compression what its durations were divided by, 1 or more
 */
record DemoGraph(Path file, RunSpecification specification, long workMillis, double compression) {
    private static final int GRAPHS = 3;
    /** Larger ones would take longer than a demonstration may. */
    private static final int MOST_TASKS = 400;

    private static final String PRESET = "demo";

    /**
     * The files to demonstrate with: of the real workflows beside the repository, where there are, the two largest that
     * are not too large; and from the repository's examples
     * those that run under the demonstration's policy.
     *
     * @param root the repository's root
     * @throws CommandException if there are none
     */
    static List<Path> choose(Path root) {
        List<Path> examples = readable(root.resolve("examples"));
        List<Path> real = readable(root.resolve("../shared/data/workflows").normalize());
        List<Path> chosen = new ArrayList<>();
        real.stream()
                .filter(file -> size(file) <= MOST_TASKS)
                .sorted(Comparator.comparingInt(DemoGraph::size).reversed())
                .limit(GRAPHS - 1)
                .forEach(chosen::add);
        examples.stream()
                .filter(DemoGraph::isPlayable)
                .limit(GRAPHS - chosen.size())
                .forEach(chosen::add);
        if (chosen.isEmpty()) {
            throw new CommandException("There are no run specifications in " + root.resolve("examples")
                    + ": name up to three, `taskgraph demo FILE…`.");
        }
        return chosen;
    }

    /** Whether it gets done as it is: an example that fails or hangs on purpose, or needs another policy, is no demonstration. */
    private static boolean isPlayable(Path file) {
        try {
            RunSpecification spec = RunSpecification.read(file);
            return spec.preset().isEmpty() || spec.preset().equals(PRESET);
        } catch (UnreadableFile e) {
            return false;
        }
    }

    private static List<Path> readable(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> size(file) > 0).sorted().toList();
        } catch (IOException e) {
            throw new CommandException("Cannot list " + directory + " (" + e.getMessage() + ").", e);
        }
    }

    /** How many tasks it has; 0 if it is no specification. */
    private static int size(Path file) {
        if (!file.toString().matches(".*\\.(yaml|yml|json)")) {
            return 0;
        }
        try {
            return RunSpecification.read(file).tasks().size();
        } catch (UnreadableFile e) {
            return 0;
        }
    }

    /**
     * Reads a file and compresses it.
     *
     * @param targetMillis how long it is to take about
     * @param slots how many tasks are done at once, for this graph alone
     * @throws CommandException if it cannot be read
     */
    static DemoGraph read(Path file, long targetMillis, double slots) {
        RunSpecification spec;
        try {
            spec = RunSpecification.read(file);
        } catch (UnreadableFile e) {
            throw new CommandException(e.getMessage(), e);
        }
        long work = spec.tasks().stream().mapToLong(TaskSpec::getExpectedMillis).sum();
        double least = Math.max(longestPath(spec.tasks()), work / slots);
        double compression = Math.max(1, least / targetMillis);
        List<TaskSpec> tasks = spec.tasks().stream()
                .map(task -> TaskSpec.newBuilder(task)
                        .setExpectedMillis(Math.max(1, Math.round(task.getExpectedMillis() / compression)))
                        .build())
                .toList();
        return new DemoGraph(file, spec.withPreset(PRESET).withTasks(tasks), work, compression);
    }

    /** The longest chain of dependencies, in milliseconds; what is on a cycle or hangs on nothing known does not count. */
    static long longestPath(List<TaskSpec> tasks) {
        Map<String, Integer> open = new HashMap<>();
        Map<String, List<TaskSpec>> dependents = new HashMap<>();
        Map<String, Long> starts = new HashMap<>();
        Deque<TaskSpec> ready = new ArrayDeque<>();
        for (TaskSpec task : tasks) {
            open.put(task.getTaskId(), task.getDependsOn().size());
            task.getDependsOn().forEach(on -> dependents
                    .computeIfAbsent(on, none -> new ArrayList<>())
                    .add(task));
            if (task.getDependsOn().isEmpty()) {
                ready.add(task);
            }
        }
        long longest = 0;
        while (!ready.isEmpty()) {
            TaskSpec task = ready.remove();
            long end = starts.getOrDefault(task.getTaskId(), 0L) + task.getExpectedMillis();
            longest = Math.max(longest, end);
            for (TaskSpec dependent : dependents.getOrDefault(task.getTaskId(), Collections.emptyList())) {
                starts.merge(dependent.getTaskId(), end, Math::max);
                if (open.merge(dependent.getTaskId(), -1, Integer::sum) == 0) {
                    ready.add(dependent);
                }
            }
        }
        return longest;
    }
}
