package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Limits;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.Problem;
import io.taskgraph.policy.document.YamlReader;
import io.taskgraph.policy.rules.RouteRule;
import io.taskgraph.policy.rules.Routes;
import io.taskgraph.policy.rules.RuleBook;
import io.taskgraph.policy.trust.settings.Operators;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;

/** Turns a document into provisions, collecting all problems. Each section is read and written by a class of its own. */
final class PolicyReader {
    static final List<String> KEYS = List.of(
            "name",
            "version",
            "extends",
            "description",
            "flags",
            "caps",
            "phases",
            "actions",
            "approvals",
            "approvers",
            "budgets",
            "guards",
            "trust",
            "rules",
            "reconcile",
            "mailbox",
            "checkpoints",
            "snapshots",
            "retention",
            "gates",
            "operators");
    static final int MOST_CHARACTERS = 1_000_000;

    private static final Limits LIMITS = new Limits(MOST_CHARACTERS, 32, 1_000);
    private static final int LONGEST_DESCRIPTION = 1_024;
    private static final int LAST_VERSION = 1_000_000_000;

    private final Reading reading = new Reading();
    private final Map<String, Node> given = new HashMap<>();

    private PolicyReader() {}

    /**
     * Reads a document.
     *
     * @param extended the provisions of the policy that it extends, by name
     * @throws PolicyException with all that is wrong with it
     */
    static Provisions read(String yaml, Function<String, Optional<Provisions>> extended) {
        return new PolicyReader().provisions(yaml, extended);
    }

    private Provisions provisions(String yaml, Function<String, Optional<Provisions>> extended) {
        Provisions read = null;
        Optional<Node> document = YamlReader.read(yaml, LIMITS, reading.problems());
        if (document.isPresent()) {
            reading.section(document.get(), "a policy document", KEYS, given::put);
            if (document.get() instanceof Node.Mapping root) {
                String name = name(root);
                Provisions base = base(name, extended);
                read = sections(name, base);
                int length = read.document().length();
                if (length > MOST_CHARACTERS) {
                    reading.problem(
                            root,
                            "with everything written out the document has " + length + " characters, more than the "
                                    + MOST_CHARACTERS + " allowed; split it");
                }
            }
        }
        List<Problem> problems = reading.problems();
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
            throw new PolicyException(problems);
        }
        return read;
    }

    /** The name; a stand-in after a problem, so that reading goes on. */
    private String name(Node.Mapping root) {
        Node node = given.get("name");
        if (node == null) {
            reading.problem(root, "the policy has no name; add name: and a name");
            return "nameless";
        }
        return reading.name(node, "name").orElse("nameless");
    }

    private Provisions base(String name, Function<String, Optional<Provisions>> extended) {
        Node node = given.get("extends");
        if (node == null) {
            return Provisions.of(name);
        }
        Optional<String> other = reading.name(node, "extends");
        Optional<Provisions> base = other.flatMap(extended);
        if (other.isPresent() && base.isEmpty()) {
            reading.problem(node, "there is no policy " + other.get() + " to extend");
        }
        return base.orElse(Provisions.of(name));
    }

    private Provisions sections(String name, Provisions base) {
        int version = given.containsKey("version")
                ? reading.whole(given.get("version"), "version", 1, LAST_VERSION)
                        .orElse(1L)
                        .intValue()
                : 1;
        // The canonical document writes an empty one; a person has no reason to.
        String description = given.get("description") instanceof Node.Scalar scalar
                        && scalar.kind() == Node.Kind.TEXT
                        && scalar.text().isEmpty()
                ? ""
                : read("description", "", (node, none) -> reading.text(node, "description", LONGEST_DESCRIPTION)
                        .orElse(""));
        Set<Flag> flags = read("flags", base.flags(), (n, b) -> FlagsSection.read(reading, n, b));
        Caps profiled = Optional.ofNullable(given.get("actions"))
                .flatMap(ActionsSection::profile)
                .map(p -> base.caps().with(Cap.MAX_ACTIONS, p.maxActions()))
                .orElse(base.caps());
        Caps caps = read("caps", profiled, (n, b) -> CapsSection.read(reading, n, b));
        Transitions transitions = base.transitions();
        List<RouteRule> routes = base.routes().routes();
        Node phases = given.get("phases");
        if (phases != null) {
            reading.section(phases, "phases", PhasesSection.KEYS, (key, value) -> {});
            if (phases instanceof Node.Mapping mapping) {
                transitions = PhasesSection.transitions(reading, mapping, transitions);
                routes = PhasesSection.routes(reading, mapping, transitions, routes);
                PhasesSection.check(reading, mapping, transitions, routes);
            }
        }
        ActionTable actions = read("actions", base.actions(), (n, b) -> ActionsSection.read(reading, n, b));
        SortedMap<String, List<String>> approvers =
                read("approvers", base.approvers(), (n, b) -> PeopleSection.read(reading, n, b));
        Operators operators = read("operators", base.operators(), (n, b) -> OperatorsSection.read(reading, n, b));
        SortedMap<String, List<String>> people = OperatorsSection.people(approvers, operators);
        ApprovalTable approvals =
                read("approvals", base.approvals(), (n, b) -> ApprovalsSection.read(reading, n, b, people));
        Node named = given.getOrDefault("operators", given.get("approvers"));
        Node terms = given.getOrDefault("approvals", named);
        if (terms != null && reading.problems().isEmpty()) {
            ApprovalsSection.check(reading, terms, approvals, people);
        }
        Budgets budgets = read("budgets", base.budgets(), (n, b) -> BudgetsSection.read(reading, n, b));
        Map<GuardKind, Guard> guards = read("guards", base.guards(), (n, b) -> GuardsSection.read(reading, n, b));
        TrustSettings trust = read("trust", base.trust(), (n, b) -> TrustSection.read(reading, n, b, people));
        Node enabling = given.getOrDefault("trust", named);
        if (enabling != null && reading.problems().isEmpty()) {
            TrustSection.check(reading, enabling, trust, people);
        }
        if ((terms != null || enabling != null) && reading.problems().isEmpty()) {
            OperatorsSection.check(reading, terms == null ? enabling : terms, operators, approvals, trust);
        }
        RuleBook rules = read("rules", base.rules(), (n, b) -> new RuleBook(RulesSection.read(reading, n, b.rules())));
        ReconcilePolicy reconcile = read("reconcile", base.reconcile(), (n, b) -> ReconcileSection.read(reading, n, b));
        MailboxPolicy mailbox = read("mailbox", base.mailbox(), (n, b) -> MailboxSection.read(reading, n, b));
        CheckpointPolicy checkpoints =
                read("checkpoints", base.checkpoints(), (n, b) -> CheckpointsSection.read(reading, n, b));
        SnapshotPolicy snapshots = read("snapshots", base.snapshots(), (n, b) -> SnapshotsSection.read(reading, n, b));
        RetentionPolicy retention = read("retention", base.retention(), (n, b) -> RetentionSection.read(reading, n, b));
        GatesPolicy gates = read("gates", base.gates(), (n, b) -> GatesSection.read(reading, n, b));
        Node demanding = given.getOrDefault("gates", given.get("flags"));
        if (demanding != null) {
            GatesSection.check(reading, demanding, gates, flags);
        }
        return new Provisions(
                name,
                version,
                description,
                flags,
                caps,
                transitions,
                new Routes(routes),
                actions,
                approvals,
                approvers,
                budgets,
                guards,
                trust,
                rules,
                reconcile,
                mailbox,
                checkpoints,
                snapshots,
                retention,
                gates,
                operators);
    }

    private <T> T read(String key, T inherited, SectionReader<T> reader) {
        Node node = given.get(key);
        return node == null ? inherited : reader.read(node, inherited);
    }

    private interface SectionReader<T> {
        T read(Node node, T inherited);
    }
}
