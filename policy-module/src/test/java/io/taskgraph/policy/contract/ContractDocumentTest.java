package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.document.Limits;
import io.taskgraph.policy.document.Node;
import io.taskgraph.policy.document.YamlReader;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.policy.rules.Variable;
import io.taskgraph.policy.trust.settings.OnRevocation;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of the contract's document say what the code says. */
class ContractDocumentTest {
    private static final Path PAGE =
            Path.of(System.getProperty("taskgraph.root"), "docs/feature-specs/runtime-policy-contract.md");
    private static final List<String> LINES = lines();

    private static List<String> lines() {
        try {
            return Files.readAllLines(PAGE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The rows of the table under that head, without its head, back quotes taken away. */
    private static List<List<String>> table(String head) {
        int at = LINES.indexOf(head);
        assertThat(at).as("the table " + head).isNotNegative();
        return LINES.stream()
                .skip(at + 2L)
                .takeWhile(l -> l.startsWith("|"))
                .map(l -> Arrays.stream(l.substring(1, l.length() - 1).split("\\|"))
                        .map(c -> c.replace("`", "").strip())
                        .toList())
                .toList();
    }

    private static List<String> column(List<List<String>> table, int column) {
        return table.stream().map(row -> row.get(column)).toList();
    }

    private static String join(Stream<String> keys) {
        return keys.collect(Collectors.joining(", "));
    }

    @Test
    void keys() {
        assertThat(column(table("| key | if left out | what it says |"), 0)).isEqualTo(PolicyReader.KEYS);
    }

    @Test
    void ruleKeys() {
        int at = LINES.indexOf("## Rules");
        List<String> keys = LINES.stream()
                .skip(at + 4L)
                .takeWhile(l -> l.startsWith("|"))
                .map(l -> l.split("\\|")[1].replace("`", "").strip())
                .toList();
        assertThat(keys).isEqualTo(RulesSection.KEYS);
    }

    @Test
    void flags() {
        assertThat(column(table("| flag | guards |"), 0)).isEqualTo(FlagsSection.KEYS);
    }

    @Test
    void caps() {
        List<List<String>> rows = table("| cap | default | range | enforced |");
        assertThat(rows.stream().map(r -> r.subList(0, 3)).toList())
                .isEqualTo(Arrays.stream(Cap.values())
                        .map(c -> List.of(c.key(), c.write(c.ifLeftOut()), c.range()))
                        .toList());
    }

    @Test
    void reconcile() {
        ReconcilePolicy r = ReconcilePolicy.DEFAULT;
        List<List<String>> rows = table("| key of `reconcile` | default | range | what it says |");
        assertThat(column(rows, 0))
                .isEqualTo(Stream.of(
                                ReconcileSection.KEYS.stream().filter(k -> !List.of("backoff", "degraded", "review")
                                        .contains(k)),
                                ReconcileSection.BACKOFF_KEYS.stream().map(k -> "backoff." + k),
                                ReconcileSection.DEGRADED_KEYS.stream().map(k -> "degraded." + k),
                                ReconcileSection.REVIEW_KEYS.stream().map(k -> "review." + k))
                        .flatMap(k -> k)
                        .toList());
        assertThat(column(rows, 1))
                .isEqualTo(List.of(
                        r.strategy(),
                        Boolean.toString(r.rebase()),
                        Unit.MILLIS.write(r.everyMillis()),
                        r.atRetryCap().key(),
                        Unit.MILLIS.write(r.backoff().firstMillis()),
                        Integer.toString(r.backoff().factor()),
                        Unit.MILLIS.write(r.backoff().mostMillis()),
                        Integer.toString(r.backoff().jitterPercent()),
                        Integer.toString(r.degraded().lost()),
                        Integer.toString(r.degraded().percent()),
                        r.review().risks().isEmpty()
                                ? "none"
                                : r.review().risks().toString(),
                        Integer.toString(r.review().rejections())));
        takesItsRangeAndNoMore("reconcile", rows);
    }

    @Test
    void atRetryCap() {
        assertThat(column(table("| `at_retry_cap` | what becomes of the task |"), 0))
                .isEqualTo(
                        Arrays.stream(AtRetryCap.values()).map(AtRetryCap::key).toList());
    }

    @Test
    void onDenial() {
        assertThat(column(table("| `on_denial` | what becomes of the task |"), 0))
                .isEqualTo(Arrays.stream(OnDenial.values()).map(OnDenial::key).toList());
    }

    @Test
    void checkpoints() {
        CheckpointPolicy c = CheckpointPolicy.DEFAULT;
        List<List<String>> rows = table("| key of `checkpoints` | default | range | what it says |");
        assertThat(column(rows, 0)).isEqualTo(CheckpointsSection.KEYS);
        assertThat(column(rows, 1))
                .isEqualTo(List.of("none", Boolean.toString(c.agents()), Integer.toString(c.keep())));
    }

    @Test
    void mailbox() {
        MailboxPolicy m = MailboxPolicy.DEFAULT;
        List<List<String>> rows = table("| key of `mailbox` | default | range | what it says |");
        assertThat(column(rows, 0)).isEqualTo(MailboxSection.KEYS);
        assertThat(column(rows, 1))
                .isEqualTo(List.of(
                        Integer.toString(m.capacity()),
                        Integer.toString(m.batch()),
                        Unit.MILLIS.write(m.withinMillis()),
                        Unit.BYTES.write(m.maxMessageBytes())));
        takesItsRangeAndNoMore("mailbox", rows);
    }

    @Test
    void trust() {
        TrustSettings t = TrustSettings.DEFAULT;
        List<List<String>> rows = table("| key of `trust` | default | what it says |");
        assertThat(column(rows, 0)).isEqualTo(TrustSection.KEYS);
        assertThat(List.of(
                        rows.get(0).get(1),
                        rows.get(1).get(1),
                        rows.get(9).get(1),
                        rows.get(10).get(1)))
                .containsExactly(
                        t.ifNotNamed().key(),
                        t.run().key(),
                        t.onRevocation().key(),
                        Unit.MILLIS.write(t.clockSkewMillis()));
        assertThat(column(table("| key of `keys` | default | what it says |"), 0))
                .isEqualTo(KeysSection.KEY_KEYS);
        assertThat(column(table("| key of `signers` | default | what it says |"), 0))
                .isEqualTo(KeysSection.SIGNERS_KEYS);
        assertThat(column(table("| key of `attestations` | default | what it says |"), 0))
                .isEqualTo(AttestationsSection.KEYS);
        assertThat(column(table("| `on_revocation` | what becomes of ready tasks |"), 0))
                .isEqualTo(Arrays.stream(OnRevocation.values())
                        .map(OnRevocation::key)
                        .toList());
    }

    @Test
    void operators() {
        assertThat(column(table("| key of an operator | default | what it says |"), 0))
                .isEqualTo(OperatorsSection.KEYS);
        String text = String.join("\n", LINES.subList(LINES.indexOf("## Operators"), LINES.indexOf("## Gates")));
        int from = text.indexOf("```yaml\n") + 8;
        Policy policy = Policy.parse("name: x\n" + text.substring(from, text.indexOf("```", from)));
        assertThat(policy.operators().byName()).containsOnlyKeys("ann", "bob");
        assertThat(policy.hasRole("bob", List.of("lead"))).isTrue();
    }

    @Test
    void theExampleOfTrustIsASection() {
        String text = String.join("\n", LINES.subList(LINES.indexOf("## Trust"), LINES.indexOf("## Rules")));
        int from = text.indexOf("```yaml\n") + 8;
        Policy policy = Policy.parse("name: x\n" + text.substring(from, text.indexOf("```", from)));
        assertThat(policy.trust().signers().get("releases").threshold()).isEqualTo(2);
    }

    @Test
    void snapshots() {
        SnapshotPolicy s = SnapshotPolicy.DEFAULT;
        List<List<String>> rows = table("| key of `snapshots` | default | range | what it says |");
        assertThat(column(rows, 0)).isEqualTo(SnapshotsSection.KEYS);
        assertThat(column(rows, 1))
                .isEqualTo(List.of(
                        Integer.toString(s.every()),
                        Unit.MILLIS.write(s.intervalMillis()),
                        Boolean.toString(s.atEnd()),
                        Integer.toString(s.keep())));
        takesItsRangeAndNoMore("snapshots", rows);
    }

    @Test
    void retention() {
        RetentionPolicy r = RetentionPolicy.DEFAULT;
        List<List<String>> rows = table("| key of `retention` | default | range | what it says |");
        assertThat(column(rows, 0)).isEqualTo(RetentionSection.KEYS);
        assertThat(column(rows, 1))
                .isEqualTo(List.of(
                        Integer.toString(r.decisions()),
                        Unit.MILLIS.write(r.ageMillis()),
                        Unit.MILLIS.write(r.finishedMillis())));
        takesItsRangeAndNoMore("retention", rows);
    }

    /** The document takes both ends of each range that a table gives, and neither number beside them. */
    private static void takesItsRangeAndNoMore(String section, List<List<String>> rows) {
        for (List<String> row : rows) {
            String[] range = row.get(2).split(" to ");
            if (range.length != 2) {
                continue;
            }
            Unit unit = range[1].matches(".*B") ? Unit.BYTES : range[1].matches("[0-9]+") ? Unit.COUNT : Unit.MILLIS;
            long least = unit.read(range[0]).orElseThrow();
            long most = unit.read(range[1]).orElseThrow();
            assertThat(taken(section, row.get(0), unit.write(least)))
                    .as(row.get(0))
                    .isTrue();
            assertThat(taken(section, row.get(0), unit.write(most)))
                    .as(row.get(0))
                    .isTrue();
            assertThat(taken(section, row.get(0), unit.write(most + 1)))
                    .as(row.get(0))
                    .isFalse();
            if (least > 0) {
                assertThat(taken(section, row.get(0), unit.write(least - 1)))
                        .as(row.get(0))
                        .isFalse();
            }
        }
    }

    private static boolean taken(String section, String key, String value) {
        // A back-off may not begin with more than its most.
        String beside = key.equals("backoff.first") ? ", most: 24h" : "";
        String inner = key.contains(".") ? key.replace(".", ": {") + ": " + value + beside + "}" : key + ": " + value;
        try {
            Policy.parse("name: x\n" + section + ": {" + inner + "}\n");
            return true;
        } catch (PolicyException e) {
            return false;
        }
    }

    @Test
    void transitions() {
        assertThat(table("| from | to |"))
                .isEqualTo(Arrays.stream(Phase.values())
                        .map(p -> List.of(p.key(), join(p.next().stream().map(Phase::key))))
                        .toList());
    }

    @Test
    void profiles() {
        assertThat(table("| profile | `read` | `write` | `exec` | `destructive` | `max_actions` |"))
                .isEqualTo(Arrays.stream(ActionProfile.values())
                        .map(p -> {
                            List<String> row = new ArrayList<>(List.of(p.key()));
                            Arrays.stream(Risk.values())
                                    .forEach(r -> row.add(p.verdict(r).key()));
                            row.add(Long.toString(p.maxActions()));
                            return row;
                        })
                        .toList());
    }

    @Test
    void guardsAndResponses() {
        assertThat(column(table("| guard | trips at |"), 0)).isEqualTo(GuardsSection.KEYS);
        assertThat(column(table("| response | what follows |"), 0))
                .isEqualTo(Arrays.stream(Response.values()).map(Response::key).toList());
    }

    @Test
    void questions() {
        assertThat(column(table("| question | asks that |"), 0))
                .isEqualTo(Arrays.stream(Asked.values()).map(Asked::key).toList());
    }

    @Test
    void variables() {
        assertThat(table("| variable | type | known on |"))
                .isEqualTo(Variable.ALL.values().stream()
                        .map(v -> List.of(
                                v.name(), v.type(), join(v.given().stream().map(Asked::key))))
                        .toList());
    }

    @Test
    void presets() {
        List<List<String>> rows = table("| preset | extends | flags on | for |");
        assertThat(column(rows, 0)).isEqualTo(Presets.names());
        for (List<String> row : rows) {
            Policy policy = Presets.named(row.get(0)).orElseThrow();
            String on = join(Arrays.stream(Flag.values()).filter(policy::on).map(Flag::key));
            assertThat(row.get(2)).as(row.get(0)).isEqualTo(on.isEmpty() ? "none" : on);
            assertThat(row.get(1)).as(row.get(0)).isEqualTo(base(row.get(0)));
        }
    }

    private static String base(String preset) {
        Node root = YamlReader.read(Presets.source(preset).orElseThrow(), new Limits(100_000, 32, 0), new ArrayList<>())
                .orElseThrow();
        return ((Node.Mapping) root)
                .get("extends")
                .map(n -> ((Node.Scalar) n).text())
                .orElse("nothing");
    }

    @Test
    void theExampleIsADocument() {
        String text = String.join("\n", LINES);
        int from = text.indexOf("```yaml\n") + 8;
        Policy policy = Presets.parse(text.substring(from, text.indexOf("```", from)));
        assertThat(policy.name()).isEqualTo("night-shift");
        assertThat(policy.terms(ApprovalSubject.ACTION, Risk.DESTRUCTIVE))
                .isEqualTo(new ApprovalTerms(2, List.of("lead"), 1_800_000));
    }

    @Test
    void theRulesLawsAreNamedWhereTheyAreUsed() {
        Set<String> places = new TreeSet<>();
        LINES.forEach(l -> Stream.of("actions.deny", "actions.tools", "actions.read")
                .filter(l::contains)
                .forEach(places::add));
        assertThat(places).containsExactly("actions.deny", "actions.read", "actions.tools");
    }
}
