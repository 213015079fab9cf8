package io.taskgraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.embedded.EmbeddedCluster;
import io.taskgraph.embedded.EmbeddedKafkaExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of a policy at work, as its comments tell it, with the commands that they name: on a real broker, with the
 * real control plane and simulated agents.
 */
@ExtendWith(EmbeddedKafkaExtension.class)
@Timeout(300)
class PolicyAtWorkTest {
    private static final String PREFIX = "policy-at-work.";
    private static final String RUN = "migration";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(90);

    @TempDir
    static Path state;

    private static Site site;

    @BeforeAll
    static void start(EmbeddedCluster cluster) {
        site = new Site(cluster, PREFIX, state);
        for (int i = 1; i <= 3; i++) {
            String id = "agent-" + i;
            site.with(
                    worker -> worker.workerId(id).concurrency(4).handler(new SimulatedWork(0.05, 0, 0, 1, done -> {})));
        }
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void theExampleGoesItsWay() throws Exception {
        Path example = Path.of(System.getProperty("taskgraph.root", ".."), "examples", "schema-migration.yaml");
        assertThat(run("submit", example.toString(), "--run-id", RUN, "--actor", "ann")
                        .exitCode())
                .isZero();

        // 1. The destructive action waits, and is approved
        JsonNode migrate = awaitApproval("db.migrate", RUN);
        assertThat(migrate.path("task_id").asText()).isEqualTo("production/migrate");
        assertThat(migrate.path("risk").asText()).isEqualTo("DESTRUCTIVE");
        assertThat(migrate.path("purpose").asText()).isEqualTo("Add the column and fill it");
        assertThat(migrate.path("requester").asText()).startsWith("agent-");
        assertThat(run("show", RUN).out()).contains("RUNNING (asks)", "1 approval waits: " + id(migrate));
        CommandLineRun own =
                run("approve", id(migrate), "--actor", migrate.path("requester").asText());
        assertThat(own.exitCode()).isEqualTo(1);
        assertThat(own.out()).startsWith("refused   " + id(migrate) + "  SELF_APPROVAL: ");
        CommandLineRun approved = run("approve", id(migrate), "--actor", "olga", "--reason", "backup is there");
        assertThat(approved.out()).startsWith("accepted  " + id(migrate) + "  approved");
        assertThat(run("approve", id(migrate), "--actor", "olga").exitCode()).isEqualTo(1);

        // 2. Another is denied, and the task goes on without it
        JsonNode drop = awaitApproval("db.drop", RUN);
        assertThat(run("deny", id(drop), "--actor", "olga", "--reason", "keep it for a month")
                        .exitCode())
                .isZero();

        // 3. A bypass is caught; when the run goes on, the next attempt asks
        JsonNode bypassed = awaitShown(shown -> shown.path("phase").asText().equals("AWAIT_USER"));
        assertThat(bypassed.path("bypasses").asInt()).isEqualTo(1);
        assertThat(bypassed.path("waits").toString()).contains("`taskgraph resume " + RUN + "` goes on");
        assertThat(Site.task(bypassed, "announce/mail").path("status").asText()).isNotEqualTo("DONE");
        assertThat(run("resume", RUN, "--reason", "seen").exitCode()).isZero();

        // 4. The budget holds before it is overspent, and the run goes on when it is raised
        JsonNode held = awaitShown(shown -> shown.path("phase").asText().equals("AWAIT_USER")
                && shown.path("waits").toString().contains("taskgraph budget"));
        assertThat(held.path("budget").path("spent").path("tokens").asLong()).isLessThanOrEqualTo(60_000);
        assertThat(Site.task(held, "report").path("status").asText()).isEqualTo("READY");
        assertThat(run("budget", RUN).out()).contains(" of 60000 tokens");
        CommandLineRun raised = run("budget", RUN, "--tokens", "120000", "--reason", "worth it");
        assertThat(raised.exitCode()).as(raised.out()).isZero();

        // Then it completes, every task done, and the log says the same
        CommandLineRun watched = run("watch", RUN);
        JsonNode over = JSON.readTree(run("show", RUN, "--json").out());
        assertThat(watched.exitCode()).as(watched.out()).isZero();
        assertThat(over.path("phase").asText()).isEqualTo("COMPLETED");
        assertThat(over.path("statuses")).isEqualTo(JSON.readTree("{\"DONE\": 12}"));
        assertThat(over.path("actions_denied").asInt()).isEqualTo(1);
        assertThat(over.path("budget").path("spent").path("tokens").asLong()).isGreaterThanOrEqualTo(52_000);
        CommandLineRun replayed = run("replay", RUN);
        assertThat(replayed.exitCode()).as(replayed.err() + replayed.out()).isZero();
    }

    @Test
    void aPublishedPolicyIsGivenByLabelsAndTakesTwoPeopleOfItsRole() throws Exception {
        Path policy = Path.of(System.getProperty("taskgraph.root", ".."), "examples/policies/two-pairs-of-eyes.yaml");
        Path file = Files.writeString(state.resolve("production.yaml"), """
            name: production
            labels: {env: production, team: payments}
            tasks:
              - {id: a, simulate: {actions: [{tool: db.truncate, risk: read}, {tool: rm, risk: destructive, needed: true}]}}
            """);
        assertThat(run("policy", "publish", policy.toString(), "--label", "env=production")
                        .exitCode())
                .isZero();
        awaitKnown(file, "two-pairs-of-eyes@1");

        assertThat(run("submit", file.toString(), "--run-id", "production").exitCode())
                .isZero();
        JsonNode waits = awaitApproval("rm", "production");

        assertThat(waits.path("run_id").asText()).isEqualTo("production");
        assertThat(waits.path("approvers_needed").asInt()).isEqualTo(2);
        assertThat(run("approve", id(waits), "--actor", "olga").out()).contains("NOT_AN_APPROVER: ");
        assertThat(run("approve", id(waits), "--actor", "ann").exitCode()).isZero();
        assertThat(run("approve", id(waits), "--actor", "ann").out()).contains("ALREADY_APPROVED: ");
        assertThat(run("approve", id(waits), "--actor", "bob").exitCode()).isZero();
        CommandLineRun watched = run("watch", "production");
        JsonNode over = JSON.readTree(run("show", "production", "--json").out());

        assertThat(watched.exitCode()).as(watched.out()).isZero();
        assertThat(over.path("policy").asText()).isEqualTo("two-pairs-of-eyes");
        assertThat(over.path("actions_denied").asInt())
                .as("the tool that is never allowed")
                .isEqualTo(1);
        assertThat(over.path("actions_allowed").asInt()).isEqualTo(1);
    }

    /** Of two destructive actions one is approved and one denied; where a preset lets none be asked for, both are denied at once. */
    @Test
    void underEveryPresetADestructiveActionWaitsOrIsDenied() throws Exception {
        // given: a run under each, all at work at a time
        List<String> presets = List.of("default", "local-permissive", "strict", "full", "managed", "ci-unattended");
        Path file = Files.writeString(state.resolve("destroys.yaml"), """
                name: destroys
                tasks:
                  - {id: a, risk: read, seconds: 0, simulate: {actions: [{tool: table.drop, risk: destructive}]}}
                  - {id: b, risk: read, seconds: 0, simulate: {actions: [{tool: disk.wipe, risk: destructive}]}}
                """);
        for (String preset : presets) {
            CommandLineRun submitted =
                    run("submit", file.toString(), "--preset", preset, "--run-id", "under-" + preset);
            assertThat(submitted.exitCode()).as(submitted.err()).isZero();
        }

        // when: the waits of all runs are answered together
        Set<String> asking = new TreeSet<>(Set.of("default", "local-permissive", "strict", "full"));
        List<String> drops = waitsUnder(asking, "table.drop");
        assertThat(run(words("approve", drops, "--actor", "olga")).exitCode()).isZero();
        List<String> second =
                drops.stream().filter(id -> id.startsWith("under-strict/")).toList();
        assertThat(run(words("approve", second, "--actor", "otto")).exitCode())
                .as("it takes two")
                .isZero();
        List<String> wipes = waitsUnder(asking, "disk.wipe");
        assertThat(run(words("deny", wipes, "--actor", "olga", "--reason", "not that one"))
                        .exitCode())
                .isZero();

        // then
        for (String preset : presets) {
            JsonNode over = site.awaitShown(
                    "under-" + preset, shown -> shown.path("phase").asText().equals("COMPLETED"));
            assertThat(over.path("policy").asText()).isEqualTo(preset);
            assertThat(over.path("statuses")).isEqualTo(JSON.readTree("{\"DONE\": 2}"));
            assertThat(over.path("bypasses").asInt()).isZero();
            int allowed = asking.contains(preset) ? 1 : 0;
            assertThat(over.path("actions_allowed").asInt()).as(preset).isEqualTo(allowed);
            assertThat(over.path("actions_denied").asInt()).as(preset).isEqualTo(2 - allowed);
        }
    }

    /** What waits with that tool, once it does in the runs under all of these presets. */
    private static List<String> waitsUnder(Set<String> presets, String tool) throws Exception {
        Set<String> wanted =
                presets.stream().map(preset -> "under-" + preset).collect(Collectors.toCollection(TreeSet::new));
        long limit = System.nanoTime() + PATIENCE;
        Map<String, String> found = new TreeMap<>();
        while (System.nanoTime() < limit && !found.keySet().equals(wanted)) {
            for (String line : run("approvals", "--json").out().lines().toList()) {
                JsonNode approval = JSON.readTree(line);
                if (approval.path("tool").asText().equals(tool)
                        && wanted.contains(approval.path("run_id").asText())) {
                    found.put(approval.path("run_id").asText(), id(approval));
                }
            }
        }
        assertThat(found.keySet()).isEqualTo(wanted);
        return List.copyOf(found.values());
    }

    private static String[] words(String command, List<String> ids, String... options) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(ids);
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    @Test
    void whereOperatorsAreNamedOnlyWhatTheySignedCountsAndTheLogSaysByWhichKey() throws Exception {
        // given
        String ann = key("ann");
        String bob = key("bob");
        Path policy = Files.writeString(state.resolve("signed.yaml"), """
                name: signed
                extends: local-permissive
                operators:
                  ann: {keys: {desk: {public: "%s"}}}
                  bob: {roles: [lead], keys: {desk: {public: "%s"}}}
                caps: {max_workers: 1}
                actions: {destructive: await}
                approvals: {approvers: 2}
                """.formatted(
                        new OperatorKey(ann).publicLine(), new OperatorKey(bob).publicLine()));
        Path file = Files.writeString(state.resolve("signed-run.yaml"), """
                name: signed
                tasks:
                  - {id: a, simulate: {actions: [{tool: rm, risk: destructive, needed: true}]}}
                  - {id: b, seconds: 0}
                """);
        assertThat(run("policy", "publish", policy.toString()).exitCode()).isZero();
        long limit = System.nanoTime() + PATIENCE;
        while (run("submit", file.toString(), "--preset", "signed", "--run-id", "signed")
                                .exitCode()
                        != 0
                && System.nanoTime() < limit) {
            // The control plane reads what is published a moment later.
        }
        String id = id(awaitApproval("rm", "signed"));
        // when, then: who has no key, or another's, is nobody
        CommandLineRun unsigned = run("approve", id, "--actor", "ann");
        assertThat(unsigned.exitCode()).isEqualTo(1);
        assertThat(unsigned.out())
                .startsWith("refused   " + id + "  UNSIGNED_DIRECTIVE: the policy signed takes directives only with a"
                        + " signature of one of its operators (ann, bob): it has no signature; sign it"
                        + " (--sign-with FILE)");
        assertThat(run("approve", id, "--actor", "ann", "--sign-with", bob).out())
                .contains("ACTOR_MISMATCH: ");
        assertThat(run("approve", id, "--actor", "eve", "--sign-with", key("eve"))
                        .out())
                .contains("UNKNOWN_KEY: ");
        CommandLineRun open = run(
                "approve",
                id,
                "--sign-with",
                OperatorKey.of(state, "careless").open().file());
        assertThat(open.exitCode()).isNotZero();
        assertThat(open.err()).contains("careless.key");
        // and who has one is believed
        assertThat(run("approve", id, "--actor", "ann", "--sign-with", ann).out())
                .startsWith("accepted  " + id);
        while (!run("approvals", "signed").out().contains("1 of 2")) {
            // The summary trails the decisions by up to half a second.
            assertThat(System.nanoTime()).isLessThan(limit);
        }
        String fingerprint = JSON.readTree(run("approvals", "signed", "--json").out())
                .path("approver_keys")
                .path(0)
                .asText();
        assertThat(fingerprint).startsWith("sha256:").hasSize(71);
        String proved = "ann, proved by key " + fingerprint.substring(0, 19);
        assertThat(run("approvals", "signed").out()).contains("1 of 2 (" + proved + ")");
        assertThat(run("why", "signed", "a").out()).contains("approved so far by " + proved);
        // and what was answered on that word is explained with its proof
        assertThat(run("cap", "signed", "max_workers", "2", "--actor", "ann", "--sign-with", ann)
                        .exitCode())
                .isZero();
        assertThat(run("policy", "explain", "signed", "--task", "b").out())
                .contains("the dispatch of task \"b\", under signed@1, on directives by " + proved + "\n");
        JsonNode explained = JSON.readTree(
                run("policy", "explain", "signed", "--task", "b", "--json").out());
        assertThat(explained.path("proof"))
                .isEqualTo(JSON.readTree(
                        "{\"operator\":\"ann\",\"key\":\"desk\",\"fingerprint\":\"" + fingerprint + "\"}"));
        assertThat(run("approve", id, "--actor", "bob", "--sign-with", bob).exitCode())
                .isZero();
        assertThat(run("watch", "signed").exitCode()).isZero();
        assertThat(run("events", "signed", "--type", "ApprovalGiven", "--json").out())
                .contains("\"proof\":{\"operator\":\"ann\",\"key\":\"desk\",\"fingerprint\":\"" + fingerprint)
                .contains("\"operator\":\"bob\"");
        assertThat(run("events", "signed", "--type", "ApprovalGiven").out()).contains("*ann ", "*bob ");
        assertThat(run("replay", "signed", "--strict").exitCode()).isZero();
        Path export = state.resolve("signed-export");
        assertThat(run("export", "signed", "--to", export.toString()).exitCode())
                .isZero();
        assertThat(CommandLineRun.of("replay", "--from", export.toString(), "--strict")
                        .exitCode())
                .isZero();
    }

    private static String key(String name) {
        return OperatorKey.of(state, name).file();
    }

    @Test
    void aPlanWaitsAsAWholeAndItsPlannerCannotApproveIt() throws Exception {
        Path policy = Path.of(System.getProperty("taskgraph.root", ".."), "examples/policies/plans-first.yaml");
        Path file = Files.writeString(
                state.resolve("plan.yaml"),
                "name: plan\ngoal: Tidy up\ntasks: [{id: look, risk: read}, {id: wipe, depends_on: [look], risk: destructive}]\n");
        assertThat(run("policy", "publish", policy.toString()).exitCode()).isZero();
        awaitKnown(file, "plans-first");

        assertThat(run("submit", file.toString(), "--preset", "plans-first", "--run-id", "plan", "--actor", "ann")
                        .exitCode())
                .isZero();
        JsonNode waits = awaitApproval("", "plan");
        JsonNode shown = JSON.readTree(run("show", "plan", "--json").out());

        assertThat(waits.path("kind").asText()).isEqualTo("PLAN");
        assertThat(waits.path("title").asText()).isEqualTo("Tidy up");
        assertThat(waits.path("requester").asText()).isEqualTo("ann");
        assertThat(shown.path("phase").asText()).isEqualTo("AWAIT_APPROVAL");
        assertThat(shown.path("dispatches").asInt()).isZero();
        assertThat(shown.path("waits").toString())
                .contains("its plan waits for approval (", "`taskgraph approvals plan` shows it");
        assertThat(run("approve", id(waits), "--actor", "ann").out()).contains("SELF_APPROVAL: ");
        assertThat(run("approve", id(waits), "--actor", "bob").exitCode()).isZero();
        assertThat(run("watch", "plan").exitCode()).isZero();

        // A route is explained, and tried, as a rule is
        assertThat(run("policy", "explain", "plan", "1").out())
                .contains("AWAIT_APPROVAL by dangerous-plans-wait: the plan holds tasks that can do harm", "matched");
        assertThat(run("policy", "diff", "plan", "--policy", "local-permissive").out())
                .contains("the plan  AWAIT_APPROVAL  ALLOW by the contract");
    }

    @Test
    void aProposedPolicyIsAskedWhatTheOneBeforeItWasAsked() throws Exception {
        // given a run's history under local-permissive, which allowed everything
        Path file = Files.writeString(state.resolve("tried.yaml"), """
            name: tried
            preset: local-permissive
            labels: {team: payments}
            tasks:
              - {id: look, risk: read, simulate: {actions: [{tool: fs.read, risk: read, purpose: Look}]}}
              - {id: build, depends_on: [look], risk: exec, simulate: {actions: [{tool: shell.run, risk: exec}]}}
            """);
        assertThat(run("submit", file.toString(), "--run-id", "tried", "--actor", "ann")
                        .exitCode())
                .isZero();
        assertThat(run("watch", "tried").exitCode()).isZero();
        // when a policy is proposed that would have answered each kind of question otherwise, once by a rule that fails
        Path proposed = Files.writeString(state.resolve("proposed.yaml"), """
            name: proposed
            extends: local-permissive
            actions: {exec: await}
            phases:
              routes:
                - {id: look-again, from: executing, when: counts.actions == 2, to: await_user, reason: somebody acted}
            rules:
              - {id: no-payments, on: [create], when: "run.labels['team'] == 'payments' && agent.name == 'ann'", effect: deny, reason: y}
              - {id: small, on: [patch], when: "patch.added == 2 && run.tasks == 2", effect: deny, reason: too large}
              - {id: plans, on: [plan], when: "plan.exec == 1 && plan.read == 1", effect: await, reason: look at it}
              - {id: builds, on: [dispatch], when: "task.id == 'build' && run.unfinished == 1", effect: deny, reason: not now}
              - {id: fails, on: [action], when: "1 / counts.actions > 1", effect: allow, reason: y}
              - {id: tried, on: [create, patch, plan, dispatch, action], when: 'true', effect: deny, reason: y, enforcement: audit}
            """);
        CommandLineRun tried = run("policy", "diff", "tried", "--policy", proposed.toString(), "--json");
        assertThat(tried.exitCode()).as(tried.err()).isZero();
        List<String> told = tried.out().lines().toList();
        // then just those verdicts are listed, in the order in which they were given
        List<String> changes = new ArrayList<>();
        for (String line : told.subList(0, told.size() - 1)) {
            JsonNode change = JSON.readTree(line);
            changes.add(String.join(
                    " ",
                    change.path("about").asText(),
                    change.path("before").asText(),
                    change.path("after").asText(),
                    change.path("after_rule").asText()));
        }
        assertThat(changes)
                .containsExactly(
                        "the run's creation ALLOW DENY no-payments",
                        "a patch of 2 operations ALLOW DENY small",
                        "the plan ALLOW AWAIT_APPROVAL plans",
                        "action \"fs.read\" of task \"look\" ALLOW DENY fails",
                        "the dispatch of task \"build\" ALLOW DENY builds",
                        "action \"shell.run\" of task \"build\" ALLOW AWAIT_APPROVAL actions.exec",
                        "the end of its work SYNTHESIZING AWAIT_USER look-again");
        JsonNode summary = JSON.readTree(told.get(told.size() - 1));
        assertThat(summary.path("policy").asText()).isEqualTo("proposed@1");
        assertThat(summary.path("changed").asInt()).isEqualTo(7);
        assertThat(summary.path("questions").asInt()).isEqualTo(8);
        assertThat(summary.path("patches_not_asked").asInt()).isZero();
        assertThat(run("policy", "diff", "tried", "--policy", proposed.toString())
                        .out())
                .contains("divides by zero")
                .endsWith("Under proposed@1 7 verdicts of 8 would have been another.\n");
        assertThat(run("policy", "diff", "tried", "--policy", "local-permissive")
                        .out())
                .isEqualTo("Under local-permissive@1 0 verdicts of 8 would have been another.\n");
        assertThat(run("policy", "diff", "--all", "--policy", proposed.toString())
                        .out())
                .contains("no-payments");
        assertThat(run("policy", "diff", "none", "--policy", "strict").exitCode())
                .isEqualTo(1);
        // and what was answered then is explained rule by rule
        assertThat(run("policy", "explain", "tried", "--task", "build").out())
                .contains("action \"shell.run\" of task \"build\", under local-permissive@1", "ALLOW by actions.exec");
        assertThat(run("policy", "explain", "tried", "--last", "1").out())
                .contains("the end of its work, under local-permissive@1", "SYNTHESIZING by the contract");
        JsonNode explained = JSON.readTree(run("policy", "explain", "tried", "--task", "build", "--last", "1", "--json")
                .out());
        assertThat(explained.path("verdict").asText()).isEqualTo("ALLOW");
        assertThat(explained.path("steps").toString()).contains("\"rule\":\"actions.exec\"", "\"outcome\":\"matched\"");
        assertThat(run("policy", "explain", "tried", "999").err()).contains("was asked nothing by decision 999");
    }

    /** The control plane reads what is published a moment later; until then whoever names it is refused. */
    private static void awaitKnown(Path file, String policy) {
        long limit = System.nanoTime() + PATIENCE;
        for (int i = 0; System.nanoTime() < limit; i++) {
            String runId = "knows-" + policy.replace('@', '-') + "-" + i;
            CommandLineRun tried = run("submit", file.toString(), "--preset", policy, "--run-id", runId);
            if (tried.exitCode() == 0) {
                assertThat(run("cancel", runId).exitCode()).isZero();
                return;
            }
            assertThat(tried.out()).contains("UNKNOWN_POLICY");
        }
        throw new AssertionError("the control plane never knew " + policy);
    }

    private static String id(JsonNode approval) {
        return approval.path("approval").asText();
    }

    private static JsonNode awaitApproval(String tool, String runId) throws Exception {
        long limit = System.nanoTime() + PATIENCE;
        while (System.nanoTime() < limit) {
            for (String line : run("approvals", runId, "--json").out().lines().toList()) {
                JsonNode approval = JSON.readTree(line);
                if (approval.path("tool").asText().equals(tool)) {
                    return approval;
                }
            }
        }
        throw new AssertionError(
                "nothing ever waited with " + tool + ": " + run("show", runId).out());
    }

    private static JsonNode awaitShown(Predicate<JsonNode> enough) throws Exception {
        return site.awaitShown(RUN, enough);
    }

    private static CommandLineRun run(String... args) {
        return site.run(args);
    }
}
