package io.taskgraph.cli;

import io.taskgraph.embedded.EmbeddedOptions;
import io.taskgraph.schemas.TopicCatalogue;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything on this machine, until Ctrl-C. */
@Command(
        name = "up",
        description = {
            "Run everything on this machine: a Kafka broker, a schema registry, the topics, the control plane.",
            "Other commands find it by themselves. Ctrl-C stops it. Against a cluster of your own, use `serve`."
        })
final class UpCommand implements Callable<Integer> {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep everything here across restarts (default: a temporary directory, removed at the end).")
    private Path dataDir;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The broker's port; a free one when it is taken (default: the data directory's last, or "
                    + EmbeddedOptions.KAFKA_PORT + ").")
    private Integer port;

    @Option(
            names = "--registry-port",
            paramLabel = "PORT",
            description = "The registry's port; a free one when it is taken (default: the data directory's last, or "
                    + EmbeddedOptions.REGISTRY_PORT + ").")
    private Integer registryPort;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of each topic (default: 4, or what the data directory has).")
    private Integer partitions;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            defaultValue = "taskgraph.",
            description = "Prefix of the topic names (default: ${DEFAULT-VALUE}).")
    private String prefix;

    @Mixin
    private TopologyOptions topologyOptions;

    @Mixin
    private KeeperOptions keeperOptions;

    @Option(names = "--json", description = "Print the addresses as one JSON object when all is up.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        EmbeddedOptions options = options();
        keeperOptions.check();
        StopSignal signal = StopSignal.install();
        PrintWriter out = spec.commandLine().getOut();
        Patience patience =
                new Patience(Duration.ofMinutes(1), spec.commandLine().getErr(), signal);
        try (LocalControlPlane local =
                LocalControlPlane.start(options, prefix, partitions, topologyOptions.threads(), patience)) {
            Ready.await(
                    local.topology(), signal, local.slowStart(spec.commandLine().getErr())::look);
            keep(local, signal, out);
            if (!json) {
                out.println("Stopping.");
                out.flush();
            }
        } catch (RuntimeException e) {
            signal.ended();
            throw e;
        }
        signal.closed();
        return 0;
    }

    private void keep(LocalControlPlane local, StopSignal signal, PrintWriter out) {
        PrintWriter err = spec.commandLine().getErr();
        String id = TopologySettings.applicationId(prefix);
        try (KeeperBeside keeper = KeeperBeside.start(keeperOptions, local.cluster(), id, local.topology(), what -> {
            err.println("taskgraph: " + what);
            err.flush();
        })) {
            announce(local, out);
            Ready.watch(local.topology(), signal);
        }
    }

    private EmbeddedOptions options() {
        try {
            TopicCatalogue.of(prefix, partitions == null ? TopicCatalogue.DEFAULT_PARTITIONS : partitions);
            return EmbeddedOptions.defaults().withDataDir(dataDir).withPorts(orUsual(port), orUsual(registryPort));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static int orUsual(Integer asked) {
        return asked == null ? EmbeddedOptions.USUAL : asked;
    }

    private void announce(LocalControlPlane local, PrintWriter out) {
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("bootstrap", local.cluster().bootstrap());
            fields.put("registry", local.cluster().registryUrl());
            fields.put("prefix", prefix);
            fields.put("partitions", local.ground().catalogue().partitions());
            fields.put("dataDir", local.directory().toString());
            fields.put("kept", !local.isTemporary());
            fields.put("pid", ProcessHandle.current().pid());
            out.println(JsonLine.of(fields));
        } else {
            out.println("taskgraph is up.");
            out.println("  broker    " + local.cluster().bootstrap());
            out.println("  registry  " + local.cluster().registryUrl());
            out.println("  topics    " + local.ground().catalogue().all().size() + " under " + prefix + ", "
                    + local.ground().catalogue().partitions() + " partitions, "
                    + local.ground().created().size() + " of them new");
            out.println("  data      " + local.directory()
                    + (local.isTemporary() ? " (removed at the end; --data-dir DIR keeps it)" : ""));
            local.ground().drift().forEach(drift -> out.println("  differs   " + drift.sentence()));
            if (local.elsewhere() != null) {
                out.println("  note      other commands find the `up` of process "
                        + local.elsewhere().pid() + " first; name this one with --bootstrap "
                        + local.cluster().bootstrap() + " --registry "
                        + local.cluster().registryUrl());
            }
            out.println("Ctrl-C stops it.");
        }
        out.flush();
    }
}
