package io.taskgraph.cli;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.admin.Drift;
import io.taskgraph.schemas.admin.TopicAdmin;
import io.taskgraph.schemas.admin.TopicState;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The catalogue's topics on a cluster: list them, create what is missing, name what differs. */
@Command(
        name = "topics",
        description = {
            "List the topics of the catalogue as a cluster has them, create those that are missing, or name where the"
                    + " cluster differs from the catalogue.",
            "Creating is idempotent and never alters what is there; drift exits with 1 if anything differs.",
            "hanging names transactions that Kafka lost the end of, which hold up all readers, and exits with 1 if there are"
                    + " any."
        })
final class TopicsCommand implements Callable<Integer> {
    /** What to do. */
    enum Action {
        list,
        create,
        drift,
        hanging
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "ACTION",
            defaultValue = "list",
            description = "list, create, drift or hanging (default: ${DEFAULT-VALUE}).")
    private Action action;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of each topic (default: what the cluster has, 4 on a new one).")
    private Integer partitions;

    @Option(
            names = "--replication",
            paramLabel = "N",
            description = "Replicas of each partition (default: the cluster's default).")
    private Short replication;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Cluster cluster = connection.broker();
        try (Admin admin = cluster.admin()) {
            TopicAdmin topics = new TopicAdmin(admin);
            TopicCatalogue catalogue = catalogue(topics, cluster.prefix());
            return switch (action) {
                case list -> list(topics.describe(catalogue));
                case create -> create(topics, catalogue);
                case drift -> drift(topics.drift(catalogue), catalogue);
                case hanging -> hanging(admin, cluster);
            };
        }
    }

    private TopicCatalogue catalogue(TopicAdmin topics, String prefix) {
        try {
            return Ground.catalogue(topics, prefix, partitions);
        } catch (IllegalArgumentException e) {
            throw new CommandException(e.getMessage(), 2, e);
        }
    }

    private int list(List<TopicState> states) {
        int width = states.stream()
                .mapToInt(state -> state.topic().name().length())
                .max()
                .orElse(0);
        for (TopicState state : states) {
            if (json) {
                out().println(JsonLine.of(fields(state)));
            } else {
                out().println(("%-" + width + "s  %s").formatted(state.topic().name(), line(state)));
            }
        }
        out().flush();
        return 0;
    }

    private static String line(TopicState state) {
        if (!state.exists()) {
            return "missing";
        }
        String settings = state.settings().toString();
        return "%3d partitions  %d replicas  %-7s %s"
                .formatted(
                        state.partitions(),
                        state.replicas(),
                        state.drift().isEmpty() ? "ok" : "differs",
                        settings.substring(1, settings.length() - 1));
    }

    private int create(TopicAdmin topics, TopicCatalogue catalogue) {
        List<String> created = topics.create(catalogue, Optional.ofNullable(replication)).stream()
                .map(Topic::name)
                .toList();
        for (Topic<?> topic : catalogue.all()) {
            boolean now = created.contains(topic.name());
            if (json) {
                out().println(JsonLine.of(ordered("topic", topic.name(), "created", now)));
            } else {
                out().println(topic.name() + (now ? "  created" : "  was there"));
            }
        }
        out().flush();
        return 0;
    }

    private int drift(List<Drift> drift, TopicCatalogue catalogue) {
        for (Drift difference : drift) {
            out().println(json ? JsonLine.of(fields(difference)) : difference.sentence());
        }
        if (drift.isEmpty() && !json) {
            out().println("All " + catalogue.all().size() + " topics are as the catalogue says.");
        }
        out().flush();
        return drift.isEmpty() ? 0 : 1;
    }

    private int hanging(Admin admin, Cluster cluster) {
        List<HangingTransaction> hanging = HangingTransaction.find(
                admin,
                HangingTransaction.ofInterest(cluster.prefix(), TopologySettings.applicationId(cluster.prefix())));
        for (HangingTransaction one : hanging) {
            out().println(
                            json
                                    ? JsonLine.of(ordered(
                                            "topic",
                                            one.topic(),
                                            "partition",
                                            one.partition(),
                                            "producerId",
                                            one.producerId(),
                                            "startOffset",
                                            one.startOffset()))
                                    : one.sentence(cluster.bootstrap()));
        }
        if (hanging.isEmpty() && !json) {
            out().println("No transaction hangs.");
        }
        out().flush();
        return hanging.isEmpty() ? 0 : 1;
    }

    private static Map<String, Object> fields(TopicState state) {
        return ordered(
                "topic",
                state.topic().name(),
                "exists",
                state.exists(),
                "partitions",
                state.partitions(),
                "replicas",
                state.replicas(),
                "settings",
                state.settings(),
                "drift",
                state.drift().stream().map(TopicsCommand::fields).toList());
    }

    private static Map<String, Object> fields(Drift drift) {
        return ordered(
                "topic",
                drift.topic(),
                "kind",
                drift.kind().name(),
                "setting",
                drift.setting(),
                "expected",
                drift.expected(),
                "actual",
                drift.actual());
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
