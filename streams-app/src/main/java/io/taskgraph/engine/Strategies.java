package io.taskgraph.engine;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The strategies on the class path, by name; of two with one name the first by class name. */
final class Strategies {
    private static final Map<String, Strategy> BY_NAME = load();

    private Strategies() {}

    static Optional<Strategy> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    private static Map<String, Strategy> load() {
        Map<String, Strategy> found = new TreeMap<>();
        for (Strategy s : ServiceLoader.load(Strategy.class, Strategy.class.getClassLoader())) {
            found.merge(
                    s.name(),
                    s,
                    (a, b) -> a.getClass().getName().compareTo(b.getClass().getName()) <= 0 ? a : b);
        }
        return found;
    }
}
