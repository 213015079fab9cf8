package io.taskgraph.spec;

import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.PolicyException;
import io.taskgraph.policy.document.NearestName;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.Problem;
import io.taskgraph.policy.document.YamlReader;
import io.taskgraph.policy.presets.Presets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Reads a scenario: by its schema first, then what a schema cannot say. */
final class ScenarioReader {
    private static final Scenario.Times ONCE_OR_MORE = new Scenario.Times(1, Long.MAX_VALUE);

    private final List<Problem> problems = new ArrayList<>();

    private ScenarioReader() {}

    static Scenario read(SourceText source) throws UnreadableFile {
        return new ScenarioReader().scenario(source);
    }

    /** Kinds of fact, by name. */
    private static TreeSet<String> kinds() {
        TreeSet<String> kinds = new TreeSet<>();
        Fact.getClassSchema()
                .getFields()
                .forEach(f -> kinds.add(f.schema().getTypes().get(1).getName()));
        return kinds;
    }

    private Scenario scenario(SourceText source) throws UnreadableFile {
        Node root = YamlReader.read(source.text(), RunSpecification.LIMITS, problems)
                .orElse(null);
        if (root != null) {
            FormatSchema.SCENARIO.check(root, problems);
        }
        stopIfWrong(source);
        Node.Mapping all = (Node.Mapping) root;
        Fields fields = new Fields(all);
        FormatSchema.RUN_SPECIFICATION.check(all.get("run").orElseThrow(), problems);
        Policy policy = policy(all.get("policy").orElseThrow());
        List<Scenario.Event> events = new ArrayList<>();
        all.get("events").ifPresent(n -> ((Node.Sequence) n).items().forEach(e -> events.add(event((Node.Mapping) e))));
        Scenario.Expectation expect =
                expectation((Node.Mapping) all.get("expect").orElseThrow());
        stopIfWrong(source);
        return new Scenario(
                fields.text("name").orElseThrow(),
                fields.text("about").orElse(""),
                policy,
                RunSpecification.of((Node.Mapping) all.get("run").orElseThrow()),
                agents(all.get("agents").orElse(null)),
                people(all.get("people").orElse(null)),
                events,
                expect);
    }

    private void stopIfWrong(SourceText source) throws UnreadableFile {
        if (!problems.isEmpty()) {
            throw new UnreadableFile(source.file(), problems);
        }
    }

    /** A policy's document stands in the scenario as a text; its own lines are told after the text's. */
    private Policy policy(Node node) {
        String text = ((Node.Scalar) node).text();
        try {
            return Policy.parse(text, Presets::named);
        } catch (PolicyException e) {
            e.problems()
                    .forEach(p -> problems.add(
                            new Problem(node.line() + p.line(), 1, "policy, line " + p.line() + ": " + p.message())));
            return Policy.parse("name: wrong");
        }
    }

    private Scenario.Event event(Node.Mapping event) {
        Fields f = new Fields(event);
        String fact = f.text("after").orElse("");
        event.get("after").ifPresent(n -> known(n, fact, kinds(), "a kind of fact"));
        if (f.has("at") == f.has("after")) {
            problems.add(new Problem(
                    event.line(),
                    event.column(),
                    "an event has either at (a time) or after (a kind of fact); give one"));
        }
        Node.Mapping does = (Node.Mapping) event.get("do").orElseThrow();
        String act = does.entries().get(0).key().text();
        if (does.entries().size() > 1) {
            problems.add(new Problem(does.line(), does.column(), "one event does one thing; make it two events"));
        }
        Node given = does.entries().get(0).value();
        List<Operation> operations = act.equals("patch") ? operations((Node.Mapping) given) : List.of();
        return new Scenario.Event(
                millis(f, f.has("at") ? "at" : "wait", 0),
                fact,
                f.text("task").orElse(""),
                f.integer("nth").map(Long::intValue).orElse(1),
                act,
                JsonTree.of(given),
                operations);
    }

    private List<Operation> operations(Node.Mapping patch) {
        int before = problems.size();
        Node list = patch.get("operations").orElseThrow();
        Node.Scalar seq = new Node.Scalar(Node.Kind.INTEGER, "0", patch.line(), patch.column());
        Node.Mapping asPatch = new Node.Mapping(
                List.of(new Node.Entry(key("seq", patch), seq), new Node.Entry(key("operations", patch), list)),
                patch.line(),
                patch.column(),
                patch.weight());
        FormatSchema.PATCH_HISTORY.check(asPatch, problems);
        return problems.size() > before
                ? List.of()
                : ((Node.Sequence) list)
                        .items().stream().map(PatchOperations::of).toList();
    }

    private static Node.Scalar key(String name, Node at) {
        return new Node.Scalar(Node.Kind.TEXT, name, at.line(), at.column());
    }

    private Scenario.Expectation expectation(Node.Mapping expect) {
        Fields f = new Fields(expect);
        Map<String, String> tasks = new LinkedHashMap<>();
        expect.get("tasks").ifPresent(n -> ((Node.Mapping) n)
                .entries()
                .forEach(e -> tasks.put(
                        e.key().text(), ((Node.Scalar) e.value()).text().toUpperCase(Locale.ROOT))));
        TreeSet<String> codes = new TreeSet<>();
        Arrays.stream(RejectionCode.values()).forEach(c -> codes.add(c.name()));
        List<String> order = new ArrayList<>();
        expect.get("order").ifPresent(n -> ((Node.Sequence) n).items().forEach(i -> {
            String text = ((Node.Scalar) i).text();
            known(i, text.split(" ", 2)[0], kinds(), "a kind of fact");
            order.add(text);
        }));
        return new Scenario.Expectation(
                f.text("ends").orElseThrow().toUpperCase(Locale.ROOT),
                millis(f, "within", 3_600_000),
                tasks,
                times(expect.get("facts"), kinds(), "a kind of fact"),
                times(expect.get("refusals"), codes, "a code of refusal"),
                order,
                expect.get("dead_letters").map(this::times).orElse(new Scenario.Times(0, 0)));
    }

    private Map<String, Scenario.Times> times(Optional<Node> node, TreeSet<String> names, String what) {
        Map<String, Scenario.Times> times = new LinkedHashMap<>();
        node.ifPresent(n -> ((Node.Mapping) n).entries().forEach(e -> {
            known(e.key(), e.key().text(), names, what);
            times.put(e.key().text(), times(e.value()));
        }));
        return times;
    }

    /** A number is just so often. */
    private Scenario.Times times(Node node) {
        if (node instanceof Node.Scalar s) {
            long n = JsonTree.of(s).longValue();
            return new Scenario.Times(n, n);
        }
        Fields f = new Fields((Node.Mapping) node);
        long least = f.integer("least").orElse(ONCE_OR_MORE.least());
        long most = f.integer("most").orElse(ONCE_OR_MORE.most());
        if (least > most) {
            problems.add(new Problem(
                    node.line(),
                    node.column(),
                    "least is greater than most, so that nothing could be right; lower it"));
        }
        return new Scenario.Times(least, most);
    }

    private void known(Node at, String name, TreeSet<String> names, String what) {
        if (!names.contains(name)) {
            problems.add(new Problem(
                    at.line(), at.column(), "\"" + name + "\" is not " + what + "; " + NearestName.hint(name, names)));
        }
    }

    private static Scenario.Agents agents(Node node) {
        Fields f = fields(node);
        return new Scenario.Agents(
                f.integer("count").map(Long::intValue).orElse(2),
                !f.text("replaced").orElse("true").equalsIgnoreCase("false"),
                millis(f, "heartbeat", 1_000),
                millis(f, "takes", 1_000));
    }

    private static Scenario.People people(Node node) {
        Fields f = fields(node);
        return new Scenario.People(
                node == null ? "" : f.text("by").orElse("ann"),
                f.text("answer").orElse("approve").equals("approve"),
                millis(f, "after", 1_000));
    }

    private static Fields fields(Node node) {
        return new Fields(node == null ? new Node.Mapping(List.of(), 0, 0, 0) : (Node.Mapping) node);
    }

    private static long millis(Fields f, String name, long otherwise) {
        return f.text(name).flatMap(BudgetText::millis).orElse(otherwise);
    }
}
