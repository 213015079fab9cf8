package io.taskgraph.cli;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.cli.terminal.Table;
import io.taskgraph.cli.terminal.Terminal;
import io.taskgraph.cli.terminal.Text;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.PolicyException;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.query.PublishedPolicies;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which policies there are. */
@Command(
        name = "list",
        description = {
            "List the policies that a run can pin: the presets, and what is published on the cluster if there is one.",
            "A published policy with labels is given to runs that have these labels and name no policy."
        })
final class PolicyListCommand implements Callable<Integer> {
    private static final int DIGEST = 12;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    /** @param digest of the document; null if this version cannot read it */
    private record Row(
            String name,
            int version,
            String from,
            String digest,
            Map<String, String> labels,
            String at,
            String actor) {}

    @Override
    public Integer call() {
        List<Row> rows = new ArrayList<>();
        for (String name : Presets.names()) {
            Policy preset = Presets.named(name).orElseThrow();
            rows.add(new Row(name, preset.version(), "preset", preset.digest(), Map.of(), null, ""));
        }
        Optional<Cluster> cluster = connection.resolve();
        if (cluster.isPresent()) {
            try (SchemaRegistry registry = cluster.get().registry()) {
                PolicyProblems.told(
                                PublishedPolicies.read(cluster.get().source(registry)),
                                spec.commandLine().getErr())
                        .all()
                        .forEach(profile -> rows.add(row(profile)));
            }
        }
        print(rows);
        return 0;
    }

    private static Row row(PolicyProfile profile) {
        String digest;
        try {
            digest = Policy.parse(profile.getDocument()).digest();
        } catch (PolicyException e) {
            digest = null;
        }
        return new Row(
                profile.getName(),
                profile.getVersion(),
                "published",
                digest,
                new TreeMap<>(profile.getSelector()),
                profile.getPublishedAt().toString(),
                profile.getActor());
    }

    private void print(List<Row> rows) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            rows.forEach(row -> out.println(JsonLine.of(fields(row))));
        } else {
            Table table =
                    new Table(Terminal.ofProcess(), "POLICY", ">VERSION", "FROM", "DIGEST", "LABELS", "PUBLISHED");
            rows.forEach(row -> table.row(
                    row.name(),
                    row.version(),
                    row.from(),
                    row.digest() == null ? "unusable" : row.digest().substring(0, DIGEST),
                    row.labels().isEmpty() ? "" : Text.plain(row.labels().toString()),
                    row.at() == null
                            ? ""
                            : row.at() + (row.actor().isEmpty() ? "" : " by " + Text.plain(row.actor()))));
            table.lines().forEach(out::println);
        }
        out.flush();
    }

    private static Map<String, Object> fields(Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", row.name());
        fields.put("version", row.version());
        fields.put("from", row.from());
        fields.put("digest", row.digest());
        fields.put("labels", row.labels());
        fields.put("published_at", row.at());
        fields.put("actor", row.actor());
        return fields;
    }
}
