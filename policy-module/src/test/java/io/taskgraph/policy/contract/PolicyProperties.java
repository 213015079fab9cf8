package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.Questions;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Enforcement;
import io.taskgraph.policy.decision.Judgement;
import io.taskgraph.policy.decision.Question;
import io.taskgraph.policy.decision.Verdict;
import io.taskgraph.policy.rules.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds of every document. jqwik prints the seed; a document is made of its own seed. */
class PolicyProperties {
    /** Conditions with what they answer about {@link Questions#action}; null: no answer. */
    private static final List<String> CONDITIONS = List.of(
            "true",
            "false",
            "counts.actions == 77",
            "counts.actions == 78",
            "run.labels['none'] == ''",
            "1 / run.in_flight == 1");

    @Property(tries = 500)
    void theCanonicalDocumentParsesBackToAnEqualPolicy(@ForAll long seed) {
        Policy policy = Policy.parse(document(new Random(seed)));
        Policy again = Policy.parse(policy.document());
        assertThat(again).isEqualTo(policy);
        assertThat(again.document()).isEqualTo(policy.document());
        assertThat(again.digest()).isEqualTo(policy.digest());
        assertThat(again.caps()).isEqualTo(policy.caps());
        assertThat(again.rules())
                .extracting(Rule::id)
                .isEqualTo(policy.rules().stream().map(Rule::id).toList());
    }

    @Property(tries = 500)
    void theOrderOfRulesAndSectionsDoesNotMatter(@ForAll long seed) {
        Random random = new Random(seed);
        List<String> sections = sections(random);
        Policy policy = Policy.parse(String.join("", sections));
        Collections.shuffle(sections, random);
        assertThat(Policy.parse(String.join("", sections))).isEqualTo(policy);
    }

    @Property(tries = 500)
    void theSameQuestionGetsTheSameAnswerAlways(@ForAll long seed) {
        Random random = new Random(seed);
        String document = document(random);
        Question question = question(random);
        Policy one = Policy.parse(document);
        Policy other = Policy.parse(one.document());
        Judgement judgement = one.judge(question);
        assertThat(one.judge(question)).isEqualTo(judgement);
        assertThat(other.judge(question)).isEqualTo(judgement);
        assertThat(one.explain(question).judgement()).isEqualTo(judgement);
    }

    @Property(tries = 1_000)
    void denyOverridesAwaitOverridesAllow(@ForAll long seed) {
        Random random = new Random(seed);
        Policy policy = Policy.parse(document(random));
        Question question = question(random);
        Verdict expected = question.asked() == Asked.ACTION
                ? Policy.parse(policy.document().replaceFirst("(?s)\nrules:.*", "\n"))
                        .judge(question)
                        .verdict()
                : Verdict.ALLOW;
        for (Rule rule : policy.rules()) {
            Boolean holds = holds(rule.when().text());
            if (rule.on().contains(question.asked()) && rule.enforcement() == Enforcement.ENFORCE) {
                Verdict verdict = holds == null ? Verdict.DENY : holds ? rule.effect() : Verdict.ALLOW;
                expected = verdict.compareTo(expected) > 0 ? verdict : expected;
            }
        }
        assertThat(policy.judge(question).verdict()).isEqualTo(expected);
    }

    @Property(tries = 500)
    void aDocumentOnlyNarrowsTheTransitions(@ForAll long seed) {
        Random random = new Random(seed);
        // given any transitions at all
        StringBuilder text = new StringBuilder("name: x\nphases:\n  transitions:\n");
        for (Phase from : Phase.values()) {
            if (random.nextBoolean()) {
                List<String> to = new ArrayList<>();
                for (Phase phase : random.nextInt(4) == 0 ? List.of(Phase.values()) : from.next()) {
                    if (random.nextInt(5) > 0) {
                        to.add(phase.key());
                    }
                }
                text.append("    ").append(from.key()).append(": ").append(to).append('\n');
            }
        }
        // when
        Policy policy;
        try {
            policy = Policy.parse(text.toString());
        } catch (PolicyException e) {
            return;
        }
        // then
        for (Phase from : Phase.values()) {
            for (Phase to : Phase.values()) {
                if (policy.allows(from, to)) {
                    assertThat(from.next()).contains(to);
                }
            }
            assertThat(policy.allows(from, Phase.FAILED)).isEqualTo(from.next().contains(Phase.FAILED));
        }
    }

    @Property(tries = 1_000)
    void anyDamagedDocumentIsReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(document(random));
        String oddities = "{}[]\"':,#&*!|>-?%@`\\\t\n\r \u0000\u0007\u0085\uFEFF\u20280e.~\u00e9";
        for (int i = 0; i < 4; i++) {
            text.setCharAt(random.nextInt(text.length()), oddities.charAt(random.nextInt(oddities.length())));
        }
        try {
            Policy policy = Policy.parse(text.toString());
            assertThat(Policy.parse(policy.document())).isEqualTo(policy);
        } catch (PolicyException e) {
            assertThat(e.problems()).isNotEmpty();
        }
    }

    private static Boolean holds(String condition) {
        return switch (CONDITIONS.indexOf(condition)) {
            case 0, 2 -> true;
            case 1, 3, 5 -> false;
            case 4 -> null;
            default -> throw new AssertionError(condition);
        };
    }

    private static Question question(Random random) {
        Risk risk = Risk.values()[random.nextInt(4)];
        return switch (random.nextInt(5)) {
            case 0 -> Questions.dispatch(risk);
            case 1 -> Questions.plan(5, 1);
            case 2 -> Questions.patch(Asked.PATCH, 3);
            case 3 -> Questions.patch(Asked.CREATE, 3);
            default -> Questions.action(random.nextBoolean() ? "git.push" : "rm", risk);
        };
    }

    private static String document(Random random) {
        return String.join("", sections(random));
    }

    private static List<String> sections(Random random) {
        List<String> sections = new ArrayList<>();
        sections.add("name: p" + random.nextInt(100) + "\nversion: " + (1 + random.nextInt(9)) + "\n");
        StringBuilder flags = new StringBuilder("flags:\n");
        for (Flag flag : Flag.values()) {
            flags.append("  ")
                    .append(flag.key())
                    .append(": ")
                    .append(random.nextBoolean())
                    .append('\n');
        }
        sections.add(flags.toString());
        StringBuilder caps = new StringBuilder("caps:\n");
        for (Cap cap : Cap.values()) {
            long value = cap.least() + Math.floorMod(random.nextLong(), cap.most() - cap.least() + 1);
            caps.append("  ")
                    .append(cap.key())
                    .append(": ")
                    .append(cap.write(value))
                    .append('\n');
        }
        sections.add(caps.toString());
        StringBuilder actions = new StringBuilder("actions:\n");
        for (Risk risk : Risk.values()) {
            actions.append("  ").append(risk.key()).append(": ");
            actions.append(Verdict.values()[random.nextInt(3)].key()).append('\n');
        }
        sections.add(actions + "  tools: {deny: [rm]}\n");
        sections.add(
                "approvers: {lead: [ann, \"b \\\" \\u2028 ü\"]}\napprovals:\n  on_denial: fail\n  roles: [lead]\n  approvers: "
                        + (1 + random.nextInt(2)) + "\n  task: {exec: {expires_after: " + (1 + random.nextInt(99))
                        + "s}}\n");
        sections.add("budgets: {run: {tokens: 100, cost: '" + random.nextInt(9) + ".000001'}, task: {tokens: "
                + (1 + random.nextInt(100)) + ", cost: 0.000001}}\n");
        List<String> rules = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            List<String> effects = new ArrayList<>(List.of("allow", "deny"));
            List<String> on = new ArrayList<>(List.of("plan", "dispatch", "action"));
            if (random.nextBoolean()) {
                on.addAll(List.of("create", "patch"));
            } else {
                effects.add("await");
            }
            Collections.shuffle(on, random);
            rules.add("  - {id: r" + i + ", on: " + on.subList(0, 1 + random.nextInt(on.size())) + ", when: \""
                    + CONDITIONS.get(random.nextInt(CONDITIONS.size())) + "\", effect: "
                    + effects.get(random.nextInt(effects.size())) + ", reason: because, enforcement: "
                    + Enforcement.values()[random.nextInt(3)].key() + ", priority: " + (random.nextInt(5) - 2) + "}\n");
        }
        Collections.shuffle(rules, random);
        sections.add("rules:" + (rules.isEmpty() ? " []\n" : "\n" + String.join("", rules)));
        return sections;
    }
}
