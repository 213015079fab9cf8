package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskgraph.policy.document.Problem;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.policy.trust.TrustLevel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyDocumentTest {
    private static final String EVERYTHING = """
            name: whole
            version: 4
            description: "Everything, \\u2028 and ümläut"
            flags: {mutable_graph: true}
            caps: {max_tasks: 500, max_runtime: 90m}
            phases:
              transitions:
                planning: [await_approval, failed]
              routes:
                - {id: always-look, from: planning, when: true, to: await_approval, reason: somebody looks}
            actions:
              profile: managed
              write: allow
              tools: {allow: ["git.*", "fs.?ead"], deny: [git.push]}
            approvals:
              approvers: 2
              action:
                roles: [oncall]
                destructive: {approvers: 1, roles: [lead], expires_after: 5m}
            approvers:
              oncall: [ann, bob]
              lead: ["carl o'neil"]
            budgets:
              currency: EUR
              run: {tokens: 1000000, cost: "12.50", time: 2h}
              task: {tokens: 1000, cost: 0.000001, time: 10m}
            guards:
              action_rate: {percent: 80, response: pause}
            trust:
              default: workspace
              agent_types: {coder: user, 12: managed}
            rules:
              - id: b
                on: [patch, create]
                when: run.tasks > 100
                effect: deny
                reason: too many
                priority: -1
              - {id: a, on: [action], when: "action.tool.contains('odd')", effect: await, reason: odd, enforcement: audit}
            """;

    private static List<Problem> problems(String yaml) {
        return catchThrowableOfType(PolicyException.class, () -> Presets.parse(yaml))
                .problems();
    }

    @Test
    void everySectionIsReadAsItSays() {
        // when
        Policy p = Policy.parse(EVERYTHING);
        // then
        assertThat(p.version()).isEqualTo(4);
        assertThat(p.on(Flag.MUTABLE_GRAPH)).isTrue();
        assertThat(p.on(Flag.RECONCILE)).isFalse();
        assertThat(p.caps())
                .isEqualTo(Caps.DEFAULT
                        .with(Cap.MAX_TASKS, 500)
                        .with(Cap.MAX_RUNTIME, 5_400_000)
                        .with(Cap.MAX_ACTIONS, 80));
        assertThat(p.allows(Phase.PLANNING, Phase.EXECUTING)).isFalse();
        assertThat(p.allows(Phase.PLANNING, Phase.AWAIT_APPROVAL)).isTrue();
        assertThat(p.allows(Phase.EXECUTING, Phase.SYNTHESIZING)).isTrue();
        assertThat(p.terms(ApprovalSubject.PLAN, Risk.READ)).isEqualTo(new ApprovalTerms(2, List.of(), 3_600_000));
        assertThat(p.terms(ApprovalSubject.ACTION, Risk.EXEC))
                .isEqualTo(new ApprovalTerms(2, List.of("oncall"), 3_600_000));
        assertThat(p.terms(ApprovalSubject.ACTION, Risk.DESTRUCTIVE))
                .isEqualTo(new ApprovalTerms(1, List.of("lead"), 300_000));
        assertThat(p.terms(ApprovalSubject.ACTION, null)).isEqualTo(p.terms(ApprovalSubject.ACTION, Risk.DESTRUCTIVE));
        assertThat(p.hasRole("bob", List.of("lead", "oncall"))).isTrue();
        assertThat(p.hasRole("bob", List.of("lead"))).isFalse();
        assertThat(p.hasRole("anybody", List.of())).isTrue();
        assertThat(p.budgets())
                .isEqualTo(new Budgets(
                        "EUR", new Bounds(1_000_000L, 12_500_000L, 7_200_000L), new Bounds(1_000L, 1L, 600_000L)));
        assertThat(p.guard(GuardKind.ACTION_RATE)).isEqualTo(new Guard(GuardKind.ACTION_RATE, 80, Response.PAUSE));
        assertThat(p.guard(GuardKind.IDENTICAL_ACTIONS)).isNull();
        assertThat(p.trust().agentTypes())
                .containsEntry("coder", TrustLevel.USER)
                .containsEntry("12", TrustLevel.MANAGED);
        assertThat(p.rules()).extracting(r -> r.id()).containsExactly("a", "b");
        assertThat(Policy.parse(p.document())).isEqualTo(p);
        assertThat(Policy.parse(p.document()).document()).isEqualTo(p.document());
    }

    @Test
    void theCanonicalDocumentIsFrozen() {
        // given
        Policy policy = Policy.parse("""
                rules: [{reason: r, when: "true", on: [plan], id: a, effect: await}]
                name: 'x'
                """);
        // then
        assertThat(policy.document()).isEqualTo("""
                name: "x"
                version: 1
                description: ""
                flags:
                  mutable_graph: false
                  reconcile: false
                  priority_mailbox: false
                  trace_replay: false
                  regression_gates: false
                  trust_gating: false
                  hierarchy: false
                caps:
                  max_tasks: 20
                  max_workers: 5
                  max_depth: 0
                  max_retries: 2
                  max_compensating_tasks: 3
                  max_runtime: 10m
                  reconcile_cooldown: 5s
                  heartbeat_staleness: 30s
                  worker_timeout: 2m
                  start_timeout: 1m
                  max_patch_operations: 1000
                  max_payload: 64KiB
                  max_actions: 120
                  max_actions_per_minute: 60
                  max_identical_actions: 5
                phases:
                  transitions:
                    idle: [planning]
                    planning: [await_approval, executing, failed]
                    await_approval: [idle, executing, failed]
                    executing: [reconciling, await_user, synthesizing, failed]
                    reconciling: [executing, await_user, synthesizing, failed]
                    await_user: [idle, executing, reconciling, failed]
                    synthesizing: [completed, failed]
                    completed: [idle]
                    failed: [idle]
                  routes: []
                actions:
                  read: deny
                  write: deny
                  exec: deny
                  destructive: deny
                  tools:
                    allow: ["*"]
                    deny: []
                approvals:
                  action:
                    read: {approvers: 1, roles: [], expires_after: 1h}
                    write: {approvers: 1, roles: [], expires_after: 1h}
                    exec: {approvers: 1, roles: [], expires_after: 1h}
                    destructive: {approvers: 1, roles: [], expires_after: 1h}
                  task:
                    read: {approvers: 1, roles: [], expires_after: 1h}
                    write: {approvers: 1, roles: [], expires_after: 1h}
                    exec: {approvers: 1, roles: [], expires_after: 1h}
                    destructive: {approvers: 1, roles: [], expires_after: 1h}
                  plan:
                    read: {approvers: 1, roles: [], expires_after: 1h}
                    write: {approvers: 1, roles: [], expires_after: 1h}
                    exec: {approvers: 1, roles: [], expires_after: 1h}
                    destructive: {approvers: 1, roles: [], expires_after: 1h}
                approvers: {}
                budgets:
                  currency: USD
                  run:
                    tokens: none
                    cost: none
                    time: none
                  task:
                    tokens: none
                    cost: none
                    time: none
                guards:
                  action_rate: none
                  identical_actions: none
                  budget_nearly_spent: none
                trust:
                  default: untrusted
                  agent_types: {}
                  publishers: {}
                rules:
                  - id: "a"
                    on: [plan]
                    when: "true"
                    effect: await
                    reason: "r"
                    enforcement: enforce
                    priority: 0
                """);
        assertThat(policy.digest()).isEqualTo("e38fcad99a37161773b3173e377100aec748046fb3807d6f2ee00867cd5894d5");
    }

    @Test
    void allProblemsOfAllSectionsAreToldAtOnce() {
        assertThat(problems("""
                name: x
                version: 0
                flags: {mutable_graph: yes, reconsile: true}
                phases:
                  transitions: {idle: [executing], planning: [executing]}
                  routes: [{id: r, from: idle, when: 'plan.tasks > "x"', to: completed, reason: y}]
                actions: {profile: lax, read: yes, tools: {deny: git}}
                approvals: {approvers: 0, action: {roles: [nobody]}, expires_after: 10}
                budgets: {currency: euro, run: {tokens: 10, cost: 1e3}}
                guards: {action_rate: {percent: 101}, budget: none}
                trust: {default: full}
                rules:
                  - {id: a, on: [patch], when: 'true', effect: await, reason: y}
                  - {id: a, on: [], when: 'task.risk == 1', effect: refuse, priority: high}
                  - {id: actions.read, on: [plan], when: 'task.risk == "read"', effect: deny, reason: ''}
                extends: nothing
                """).stream().map(Problem::toString))
                .containsExactly(
                        "line 2, column 10: version must be a whole number from 1 to 1000000000, not 0",
                        "line 3, column 24: mutable_graph must be true or false, not the text \"yes\"",
                        "line 3, column 29: \"reconsile\" is not a key of flags; did you mean \"reconcile\"?",
                        "line 5, column 24: the contract lets no run go from idle to executing; a document may only leave out some of planning",
                        "line 5, column 46: a run must be able to fail while it is planning; add failed",
                        "line 6, column 26: from must be one of its words, not the text \"idle\"; known are planning, executing",
                        "line 6, column 38: when: found no matching overload for '_>_' applied to '(int, string)' (in its line 1, column 12)",
                        "line 7, column 20: profile must be one of its words, not the text \"lax\"; known are local-permissive, strict, managed",
                        "line 7, column 31: read must be one of its words, not the text \"yes\"; known are allow, await, deny",
                        "line 7, column 50: deny must be a list, not the text \"git\"",
                        "line 8, column 24: approvers must be a whole number from 1 to 100, not 0",
                        "line 8, column 44: nobody has the role nobody; name its people under approvers",
                        "line 8, column 69: expires_after must be a duration such as 500ms, 30s, 10m or 1h, not 10",
                        "line 9, column 10: tokens is bounded for a run and not for a task; what a task may take is reserved when it is dispatched, so add task: {tokens: ...}",
                        "line 9, column 21: currency must be three capital letters such as USD, not the text \"euro\"",
                        "line 9, column 51: cost must be an amount greater than 0 such as \"12.50\", with at most 9 digits before the point and 6 after it, not 1e3",
                        "line 10, column 33: percent must be a whole number from 1 to 100, not 101",
                        "line 10, column 39: \"budget\" is not a key of guards; known are action_rate, identical_actions, budget_nearly_spent",
                        "line 11, column 18: default must be one of its words, not the text \"full\"; known are untrusted, workspace, user, managed",
                        "line 13, column 48: nothing can hold a creation or a patch until it is approved; deny it, or await on plan, dispatch or action",
                        "line 14, column 5: the rule has no reason; add reason:",
                        "line 14, column 10: another has the id a; give each its own",
                        "line 14, column 17: the rule is on nothing; list some of create, patch, plan, dispatch, action",
                        "line 14, column 27: when: found no matching overload for '_==_' applied to '(string, int)' (in its line 1, column 11)",
                        "line 14, column 53: effect must be one of its words, not the text \"refuse\"; known are allow, await, deny",
                        "line 14, column 71: priority must be a whole number from -1000000 to 1000000, not the text \"high\"",
                        "line 15, column 10: ids that begin with actions are the contract's own; choose another",
                        "line 15, column 42: when: task.risk is not known on plan; it is on dispatch, action",
                        "line 15, column 87: reason must have 1 to 512 characters, not nothing but blanks",
                        "line 16, column 10: there is no policy nothing to extend");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "phases: {transitions: {synthesizing: [failed]}} | with these transitions no run can be completed; leave a way from idle to completed",
                "phases: {routes: [{id: r, from: planning, when: 'true', to: completed, reason: y}]} | a run may not go from planning to completed under this document; it may go to await_approval, executing, failed",
                "budgets: {run: {tokens: 10}} | tokens is bounded for a run and not for a task; what a task may take is reserved when it is dispatched, so add task: {tokens: ...}",
                "budgets: {run: {time: 1m}, task: {time: 2m}} | a task may take more time than the whole run; lower it",
                "budgets: {task: {cost: '-1'}} | cost must be an amount greater than 0 such as \"12.50\", with at most 9 digits before the point and 6 after it, not the text \"-1\"",
                "budgets: {task: {cost: 0.0000001}} | cost must be an amount greater than 0 such as \"12.50\", with at most 9 digits before the point and 6 after it, not 0.0000001",
                "guards: {action_rate: {percent: 5}} | action_rate needs a percent and a response; or write none",
                "rules: [{id: a, on: [create], when: 'true', effect: await, reason: y}] | nothing can hold a creation or a patch until it is approved; deny it, or await on plan, dispatch or action",
                "rules: [{id: actions.x, on: [plan], when: 'true', effect: deny, reason: y}] | ids that begin with actions are the contract's own; choose another",
                "rules: [{id: a, on: [plan], effect: deny, reason: y}] | the rule has no when; add when:",
                "extends: nothing | there is no policy nothing to extend",
                "{approvals: {on_denial: pause}} | on_denial must be one of its words, not the text \"pause\"; known are defer, fail",
                "{approvers: {a: [x]}, approvals: {approvers: 2, roles: [a]}} | approvals for action (read) take 2 people of a, who are 1 in all; name more",
                "caps: &c {max_tasks: *c} | the alias *c refers to nothing that is complete before it",
            })
    void impossibleDocumentsAreRefused(String section, String problem) {
        String yaml = section.startsWith("{") ? "{name: x, " + section.substring(1) : "name: x\n" + section;
        assertThat(problems(yaml).stream().map(Problem::message)).containsExactly(problem);
    }

    @Test
    void aDocumentOverridesWhatItExtendsKeyByKey() {
        // given
        Policy base = Policy.parse("""
                name: base
                flags: {mutable_graph: true, reconcile: true}
                caps: {max_tasks: 7, max_retries: 9}
                actions: {profile: local-permissive, tools: {deny: [rm]}}
                approvals: {action: {exec: {approvers: 3}}}
                guards: {action_rate: {percent: 80, response: kill}}
                budgets: {run: {tokens: 100}, task: {tokens: 10, time: 1m}}
                rules:
                  - {id: a, on: [plan], when: 'true', effect: deny, reason: base}
                  - {id: b, on: [plan], when: 'true', effect: deny, reason: base}
                """);
        // when
        Policy p = Policy.parse("""
                name: child
                extends: base
                flags: {reconcile: false}
                caps: {max_tasks: 8}
                actions: {destructive: deny}
                approvals: {expires_after: 1m}
                guards: {action_rate: none}
                budgets: {task: {time: none}}
                rules:
                  - {id: b, on: [plan], when: 'false', effect: deny, reason: child}
                """, name -> Optional.of(base).filter(b -> name.equals(b.name())));
        // then
        assertThat(p.on(Flag.MUTABLE_GRAPH)).isTrue();
        assertThat(p.on(Flag.RECONCILE)).isFalse();
        assertThat(p.caps()).isEqualTo(base.caps().with(Cap.MAX_TASKS, 8));
        assertThat(p.caps().maxActions()).isEqualTo(250);
        assertThat(p.terms(ApprovalSubject.ACTION, Risk.EXEC)).isEqualTo(new ApprovalTerms(3, List.of(), 60_000));
        assertThat(p.guard(GuardKind.ACTION_RATE)).isNull();
        assertThat(p.budgets().task()).isEqualTo(new Bounds(10L, null, null));
        assertThat(p.rules()).extracting(r -> r.reason()).containsExactly("base", "child");
        assertThat(p.document()).doesNotContain("extends");
        assertThat(Policy.parse(p.document())).isEqualTo(p);
    }

    @Test
    void oneCapIsSetWithoutTouchingTheRest() {
        Policy before = Policy.parse(EVERYTHING);
        Policy after = before.with(Cap.MAX_TASKS, 501);
        assertThat(after.caps()).isEqualTo(before.caps().with(Cap.MAX_TASKS, 501));
        assertThat(after.document()).isEqualTo(before.document().replace("max_tasks: 500", "max_tasks: 501"));
        assertThat(Policy.parse(after.document())).isEqualTo(after);
        assertThat(after.digest()).isNotEqualTo(before.digest());
    }

    @Test
    void hostileDocumentsAreRefusedQuickly() {
        assertThat(problems("name: x\nrules: " + "[".repeat(100_000))).hasSize(1);
        assertThat(problems("x".repeat(1_000_001))).hasSize(1);
        assertThat(problems("name: x\nrules: [" + "{}, ".repeat(2_001) + "]")
                        .get(0)
                        .message())
                .isEqualTo("rules has 2001 values, more than the 2000 allowed");
        assertThat(problems("name: x\ndescription: \"\\ud800\"")).hasSize(1);
        String bomb = "name: x\na: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]";
        assertThat(problems(bomb)).isNotEmpty();
    }

    @Test
    void aTruncatedDocumentIsReadOrRefused() {
        // given every beginning of a document
        for (int end = 0; end < EVERYTHING.length(); end++) {
            String beginning = EVERYTHING.substring(0, end);
            try {
                Policy.parse(beginning);
            } catch (PolicyException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        }
    }
}
