package io.taskgraph.cli;

import io.taskgraph.avro.Decision;
import io.taskgraph.cli.terminal.Screen;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.query.Event;
import io.taskgraph.query.EventLog;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A run's decision log, event by event. */
@Command(
        name = "events",
        description = {
            "Print what was decided on a run, a line each fact: time (UTC), decision, who, on which topic, outcome, fact,"
                    + " task.",
            "A decision without facts is one line as well: Accepted, Rejected or Duplicate."
        })
final class EventsCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);

    /** Every type, for completion. */
    static final class Types implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Event.types().iterator();
        }
    }

    @Parameters(paramLabel = "RUN", description = "The run's id, as `runs` lists it.")
    private String runId;

    @Option(names = "--follow", description = "Go on until the run has ended, or until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            split = ",",
            completionCandidates = Types.class,
            description = "Only events of these types, such as TaskFailed,Rejected; may be given several times.")
    private List<String> types = List.of();

    @Option(
            names = "--from",
            paramLabel = "SEQ",
            defaultValue = "0",
            description = "Only decisions from this sequence number on (default: all).")
    private long from;

    @Option(names = "--json", description = "A JSON object an event; docs/architecture/events.md names the fields.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (from < 0) {
            throw new ParameterException(spec.commandLine(), "--from must be 0 or more, not " + from + ".");
        }
        TreeSet<String> wanted = wanted();
        PrintWriter out = spec.commandLine().getOut();
        Terminal terminal = json ? Terminal.none() : Terminal.ofProcess();
        Screen screen = new Screen(out, terminal);
        Cluster cluster = connection.cluster();
        try (SchemaRegistry registry = cluster.registry();
                EventLog log = EventLog.of(cluster.source(registry), runId)) {
            log.toEnd(d -> print(d, wanted, screen, out), Replaying.left(screen, "Reading"));
            screen.clear();
            if (log.read() == 0) {
                throw Watch.noSuchRun(runId);
            }
            out.flush();
            while (follow && !log.isOver() && !out.checkError()) {
                log.poll(POLL, d -> print(d, wanted, screen, out));
                out.flush();
            }
        }
        return 0;
    }

    private void print(Decision d, TreeSet<String> wanted, Screen screen, PrintWriter out) {
        if (d.getSequence() < from) {
            return;
        }
        for (Event e : Event.of(d)) {
            if (wanted.isEmpty() || wanted.contains(e.type())) {
                if (screen.terminal().isLive()) {
                    screen.clear();
                }
                out.println(json ? JsonLine.of(EventLines.fields(e)) : EventLines.line(screen.terminal(), e));
            }
        }
    }

    private TreeSet<String> wanted() {
        Map<String, String> known = new TreeMap<>();
        Event.types().forEach(type -> known.put(type.toLowerCase(Locale.ROOT), type));
        TreeSet<String> wanted = new TreeSet<>();
        for (String type : types) {
            String name = known.get(type.strip().toLowerCase(Locale.ROOT));
            if (name == null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--type " + type + " is no type of event; known are " + String.join(", ", Event.types()) + ".");
            }
            wanted.add(name);
        }
        return wanted;
    }
}
