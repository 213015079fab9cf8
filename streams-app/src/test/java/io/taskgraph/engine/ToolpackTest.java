package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Shop.needs;
import static io.taskgraph.engine.Shop.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.ExtensionGrant;
import io.taskgraph.avro.ExtensionMismatch;
import io.taskgraph.avro.ExtensionPin;
import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.ExtensionWithdrawn;
import io.taskgraph.avro.LeaseRevoked;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Released;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.SuspendExtension;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.ToolGrant;
import io.taskgraph.avro.ToolpacksChange;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.replay.RunVerdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A run whose tasks need extensions. */
class ToolpackTest {
    private static <T> List<T> facts(Decision d, Class<T> kind) {
        return d.getFacts().stream()
                .map(Facts::kind)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private static Task task(Shop shop, String id) {
        return shop.team.run.graph().task(id);
    }

    private static Shop working() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        Shop.accepted(shop.team.patch(add(needs("a", "1.0.0")), add(needs("b", "1.0.0"))));
        Shop.accepted(shop.start("w1", "a", 1, "1.0.0", Signed.digest("save")));
        return shop;
    }

    @Test
    void aTaskWaitsUntilWhatItNeedsIsEnabledAndIsThenOfferedWithItsGrant() {
        Shop shop = Shop.open();
        Shop.accepted(shop.team.patch(add(needs("a", "1.0.0")), add("free")));
        assertThat(task(shop, "a").status()).isEqualTo(Status.DEFERRED);
        assertThat(task(shop, "a").outcome()).contains("the registry knows no version 1.0.0 of files");
        assertThat(task(shop, "free").status()).isEqualTo(Status.DISPATCHED);
        assertThat(shop.hear()).isEmpty();
        shop.propose(Signed.toolpack("files", "1.0.0", "ann"));
        shop.hear();
        assertThat(task(shop, "a").status()).isEqualTo(Status.DEFERRED);
        shop.say("olga", new EnableExtension(ref("files", "1.0.0")));
        shop.hear();
        assertThat(task(shop, "a").status()).isEqualTo(Status.DISPATCHED);
        assertThat(shop.team.run.grantsOf(task(shop, "a")))
                .containsExactly(new ExtensionGrant(
                        "files",
                        "1.0.0",
                        Signed.version("files", "1.0.0").toString(),
                        List.of(new ToolGrant(
                                "save", Risk.WRITE, Signed.digest("save").toString())),
                        List.of("read", "write"),
                        null));
        assertThat(shop.team.run.grantsOf(task(shop, "free"))).isEmpty();
    }

    /** What such a decision saw went with it, so nobody can say whether it would be refused again. */
    @Test
    void aDecisionThatWasTooLargeToSayWhatItSawIsNotDecidedAgainAndNoDivergence() {
        Shop shop = Shop.open();
        shop.team.recorded();
        shop.stock("1.0.0");
        List<Operation> patch = new ArrayList<>();
        for (int i = 0; i < 19; i++) {
            TaskSpec s = needs("t" + i, "1.0.0");
            s.setPayload("x".repeat(60_000));
            patch.add(add(s));
        }
        assertThat(shop.team.patch(patch).getRejection().getCode()).isEqualTo(RejectionCode.TOO_LARGE);
        Shop.accepted(shop.team.patch(add(needs("a", "1.0.0"))));

        RunVerdict verdict = shop.team.strict.replay();

        assertThat(verdict.divergence()).isEmpty();
        // The run's first decision came by hand.
        assertThat(verdict.strict().orElseThrow().notRedecided()).isEqualTo(2);
    }

    @Test
    void aRevocationStopsAttemptsInFlightAndFencesThemAndHoldsTheRest() {
        Shop shop = working();
        shop.revoke(RevocationTarget.ARTIFACT, Signed.digest("files1.0.0"));
        Decision d = shop.hear().orElseThrow();
        assertThat(d.getCause().getFamily()).isEqualTo("extensions");
        assertThat(facts(d, ExtensionWithdrawn.class))
                .containsExactly(new ExtensionWithdrawn(
                        ref("files", "1.0.0"), "default", ExtensionState.REVOKED, "it is revoked", List.of("a", "b")));
        assertThat(task(shop, "a").status()).isEqualTo(Status.DEFERRED);
        assertThat(task(shop, "b").status()).isEqualTo(Status.DEFERRED);
        assertThat(shop.team
                        .report("w1", "a", 1, Messages.submitted("late"))
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.FENCED);
        assertThat(shop.hear()).isEmpty();
        Shop.accepted(shop.team.patch(add(needs("c", "1.0.0"))));
        assertThat(task(shop, "c").status()).isEqualTo(Status.DEFERRED);
    }

    /** The instance has the record, and the run is not told of it yet: it looks by itself, for another task. */
    @Test
    void whatIsFoundOutForAnotherTaskStopsAttemptsInFlightInTheSameDecision() {
        Shop shop = working();
        shop.team.recorded();
        shop.revoke(RevocationTarget.VERSION, Signed.version("files", "1.0.0"));
        Decision d = shop.team.patch(add(needs("c", "1.0.0")));
        assertThat(facts(d, ExtensionWithdrawn.class))
                .containsExactly(new ExtensionWithdrawn(
                        ref("files", "1.0.0"), "default", ExtensionState.REVOKED, "it is revoked", List.of("a", "b")));
        assertThat(facts(d, LeaseRevoked.class))
                .extracting(LeaseRevoked::getTaskId, LeaseRevoked::getWorkerId)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", "w1"), org.assertj.core.groups.Tuple.tuple("b", ""));
        for (String id : List.of("a", "b", "c")) {
            assertThat(task(shop, id).status()).as(id).isEqualTo(Status.DEFERRED);
        }
        assertThat(shop.hear()).isEmpty();
        assertThat(shop.team.strict.replay().divergence()).isEmpty();
    }

    @Test
    void aLateRecordBringsNothingBack() {
        Shop shop = working();
        ExtensionRecord enabled = shop.team.shelf.record("files@1.0.0");
        shop.revoke(RevocationTarget.VERSION, Signed.version("files", "1.0.0"));
        shop.hear();
        enabled.setSequence(1_000);
        shop.team.shelf.put(enabled);
        shop.hear();
        Shop.accepted(shop.team.patch(add(needs("c", "1.0.0"))));
        assertThat(task(shop, "a").status()).isEqualTo(Status.DEFERRED);
        assertThat(task(shop, "c").status()).isEqualTo(Status.DEFERRED);
    }

    @Test
    void whatIsSuspendedIsTakenUpAgainWhenItIsEnabledAgain() {
        Shop shop = working();
        shop.say("olga", new SuspendExtension(ref("files", "1.0.0")));
        shop.hear();
        assertThat(task(shop, "a").status()).isEqualTo(Status.DEFERRED);
        shop.say("olga", new EnableExtension(ref("files", "1.0.0")));
        shop.hear();
        assertThat(task(shop, "a").status()).isEqualTo(Status.DISPATCHED);
        assertThat(task(shop, "a").attempt()).isEqualTo(2);
    }

    @Test
    void thePolicySaysWhatBecomesOfReadyTasksOfARevokedExtension() {
        Shop shop = new Shop("", "  on_revocation: cancel\n");
        shop.stock("1.0.0");
        Shop.accepted(shop.team.patch(add(needs("a", "1.0.0"))));
        shop.revoke(RevocationTarget.KEY, Signed.publicKey("ann").fingerprint());
        shop.hear();
        assertThat(task(shop, "a").status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void aWorkerThatServesSomethingElseGetsNoTaskThatNeedsIt() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        Shop.accepted(shop.team.patch(add(needs("a", "1.0.0"))));
        Decision d = shop.start("mallory", "a", 1, "1.0.0", Signed.digest("tampered"));
        assertThat(facts(d, ExtensionMismatch.class))
                .containsExactly(new ExtensionMismatch(
                        "a",
                        1,
                        "mallory",
                        ref("files", "1.0.0"),
                        List.of("the tool save is served with the descriptor " + Signed.digest("tampered")
                                + ", signed is " + Signed.digest("save"))));
        // The task is offered anew, and no retry is used up.
        assertThat(facts(d, LeaseRevoked.class))
                .containsExactly(new LeaseRevoked(
                        "a",
                        1,
                        "mallory",
                        "EXTENSION_MISMATCH: of files@1.0.0, the tool save is served with the descriptor "
                                + Signed.digest("tampered") + ", signed is " + Signed.digest("save"),
                        null));
        assertThat(facts(d, AttemptFailed.class)).isEmpty();
        assertThat(task(shop, "a").attempt()).isEqualTo(2);
        assertThat(task(shop, "a").failures()).isZero();
        assertThat(shop.team.run.refusedWorkersOf(task(shop, "a"))).containsExactly("mallory");
        // Also if it says the right thing now; but it was told, and so that is bounded.
        Decision again = shop.start("mallory", "a", 2, "1.0.0", Signed.digest("save"));
        assertThat(facts(again, ExtensionMismatch.class)).hasSize(1);
        assertThat(facts(again, AttemptFailed.class))
                .containsExactly(new AttemptFailed(
                        "a",
                        2,
                        "mallory",
                        "EXTENSION_MISMATCH: of files@1.0.0, the worker served something else before",
                        true,
                        null));
        assertThat(task(shop, "a").failures()).isEqualTo(1);
        Decision honest = shop.start("w1", "a", 3, "1.0.0", Signed.digest("save"));
        assertThat(facts(honest, ExtensionMismatch.class)).isEmpty();
        assertThat(task(shop, "a").workerId()).isEqualTo("w1");
    }

    @Test
    void noWorkerUsesUpARetryOfAnotherByComingOnce() {
        Shop shop = Shop.withoutRetries();
        shop.team.recorded();
        shop.stock("1.0.0");
        Shop.accepted(shop.team.patch(add(needs("a", "1.0.0"))));
        int attempt = 1;
        for (String worker : List.of("m1", "m2", "m3")) {
            Shop.accepted(shop.start(worker, "a", attempt++, "1.0.0", Signed.digest("tampered")));
        }
        Shop.accepted(shop.start("w1", "a", attempt, "1.0.0", Signed.digest("save")));
        assertThat(task(shop, "a").workerId()).isEqualTo("w1");
        assertThat(shop.team.strict.replay().divergence()).isEmpty();
    }

    @Test
    void whoeverHasNotLoadedItMayGiveTheOfferBackWithoutHavingTakenIt() {
        Shop shop = Shop.withoutRetries();
        shop.stock("1.0.0");
        Shop.accepted(shop.team.patch(add(needs("a", "1.0.0"))));
        Decision d = shop.team.report("w", "a", 1, new Released("it has not loaded files@1.0.0", null));
        assertThat(facts(d, LeaseRevoked.class))
                .containsExactly(new LeaseRevoked("a", 1, "w", "it has not loaded files@1.0.0", null));
        assertThat(facts(d, ExtensionMismatch.class)).isEmpty();
        assertThat(task(shop, "a").status()).isEqualTo(Status.DISPATCHED);
        assertThat(task(shop, "a").attempt()).isEqualTo(2);
    }

    @Test
    void nothingIsTakenFromAWorkerThatDoesNotSayWhatItHasLoaded() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        Shop.accepted(shop.team.patch(add(needs("a", "1.0.0"))));
        Decision d = shop.team.report("w", "a", 1, Messages.submitted("done"));
        assertThat(facts(d, ExtensionMismatch.class)).hasSize(1);
        assertThat(task(shop, "a").status()).isEqualTo(Status.DISPATCHED);
        assertThat(task(shop, "a").attempt()).isEqualTo(2);
    }

    @Test
    void aToolOutsideTheGrantIsDeniedAndCallingItAllTheSameIsABypass() {
        Shop shop = working();
        Decision inside = shop.team.report("w1", "a", 1, Messages.wants("save", Risk.WRITE, "x"));
        assertThat(facts(inside, ActionDenied.class)).isEmpty();
        Decision outside = shop.team.report("w1", "a", 1, Messages.wants("shell", Risk.READ, "x"));
        assertThat(facts(outside, ActionDenied.class))
                .extracting(ActionDenied::getRule, ActionDenied::getReason)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        "extensions", "no extension that the task needs has such a tool"));
        Decision belittled = shop.team.report("w1", "a", 1, Messages.wants("save", Risk.READ, "y"));
        assertThat(facts(belittled, ActionDenied.class))
                .extracting(ActionDenied::getReason)
                .containsExactly("it is signed as WRITE and asked for as READ");
        Decision done = shop.team.report("w1", "a", 1, Messages.did("m", "shell", Risk.READ, "x"));
        assertThat(facts(done, PolicyBypassDetected.class)).hasSize(1);
    }

    @Test
    void withTrustGatingOffNothingIsWavedThrough() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        Team off = Team.under(Signed.policy("test", "").replace("trust_gating: true", "trust_gating: false"));
        off.shelf.put(shop.team.shelf.record("files@1.0.0"));
        off.patch(add(needs("a", "1.0.0")));
        assertThat(off.run.graph().task("a").status()).isEqualTo(Status.DEFERRED);
        assertThat(off.run.graph().task("a").outcome())
                .isEqualTo("it may not use files@1.0.0: FEATURE_DISABLED: trust_gating is off, and it asks for write");
    }

    private static Team pinning(Shop shop, ExtensionPin... pins) {
        Team t = new Team("pinning");
        t.shelf.put(shop.team.shelf.record("files@1.0.0"));
        create(t, pins);
        return t;
    }

    private static Decision create(Team t, ExtensionPin... pins) {
        Mutation m = Messages.mutation(t.runId, t.nextMessageId(), List.of(add(needs("a", "1.0.0"))));
        m.setCreateRun(CreateRun.newBuilder()
                .setName("n")
                .setPreset("test")
                .setPins(List.of(pins))
                .build());
        Policy policy = Policy.parse(Signed.policy("test", ""), Presets::named);
        return t.step(new Input.OfMutation(m, Origin.NONE, name -> Optional.of(policy)))
                .orElseThrow()
                .decision();
    }

    @Test
    void whatTheRunPinsHoldsBesideItsPolicy() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        String digest = Signed.version("files", "1.0.0").toString();
        String other = Signed.digest("other").toString();
        Team same = pinning(shop, new ExtensionPin("files", "1.0.0", digest), new ExtensionPin("nets", "1.0.0", other));
        assertThat(same.run.graph().task("a").status()).isEqualTo(Status.DISPATCHED);
        Team another = pinning(shop, new ExtensionPin("files", "1.0.0", other));
        assertThat(another.run.graph().task("a").outcome())
                .isEqualTo("it may not use files@1.0.0: the run pins version 1.0.0 to " + other + ", and this is "
                        + digest);
        Team later = pinning(shop, new ExtensionPin("files", "2.0.0", other));
        assertThat(later.run.graph().task("a").outcome())
                .isEqualTo("it may not use files@1.0.0: the run pins files to 2.0.0, not 1.0.0");
        assertThat(later.run.pins()).containsExactly(new ExtensionPin("files", "2.0.0", other));
        later.reload();
        assertThat(later.run.pins()).containsExactly(new ExtensionPin("files", "2.0.0", other));
    }

    @Test
    void aPinNamesOneVersionAndItsDigest() {
        String digest = Signed.digest("x").toString();
        for (List<ExtensionPin> bad : List.of(
                List.of(new ExtensionPin("../files", "1.0.0", digest)),
                List.of(new ExtensionPin("files", "latest", digest)),
                List.of(new ExtensionPin("files", "1.0.0", "91cae6bc")),
                List.of(new ExtensionPin("files", "1.0.0", digest), new ExtensionPin("files", "1.0.0", digest)))) {
            assertThat(create(new Team("bad"), bad.toArray(ExtensionPin[]::new))
                            .getRejection()
                            .getCode())
                    .as("%s", bad)
                    .isEqualTo(RejectionCode.INVALID_VALUE);
        }
    }

    private static Operation otherwise(String task, String version) {
        TaskChange c = new TaskChange();
        c.setToolpacks(new ToolpacksChange(List.of(ref("files", version))));
        return Messages.update(task, c);
    }

    @Test
    void aTaskThatWasStoppedGoesOnWithAnotherVersionIfThePlannerSaysSo() {
        Shop shop = working();
        assertThat(shop.team.patch(otherwise("a", "1.1.0")).getRejection().getCode())
                .isEqualTo(RejectionCode.TASK_IN_FLIGHT);
        shop.stock("1.1.0");
        shop.revoke(RevocationTarget.VERSION, Signed.version("files", "1.0.0"));
        shop.hear();
        Shop.accepted(shop.team.patch(otherwise("a", "1.1.0")));
        assertThat(task(shop, "a").status()).isEqualTo(Status.DISPATCHED);
        assertThat(task(shop, "b").status()).isEqualTo(Status.DEFERRED);
        assertThat(shop.team.run.grantsOf(task(shop, "a")))
                .extracting(ExtensionGrant::getVersion)
                .containsExactly("1.1.0");
        assertThat(shop.team.patch(otherwise("b", "latest")).getRejection().getCode())
                .isEqualTo(RejectionCode.INVALID_VALUE);
    }

    @Test
    void aGrantThatIsOverIsTakenFromAttemptsInFlightByATimer() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        long until = shop.team.now + 60_000;
        Team t = Team.under(
                Signed.policy("test", "").replace("ann: {", "ann: {until: \"" + Instant.ofEpochMilli(until) + "\", "));
        t.shelf.put(shop.team.shelf.record("files@1.0.0"));
        Shop.accepted(t.patch(add(needs("a", "1.0.0"))));
        assertThat(t.run.grantsOf(t.run.graph().task("a")))
                .extracting(ExtensionGrant::getUntil)
                .containsExactly(Instant.ofEpochMilli(until));
        assertThat(t.run.nextDue()).isEqualTo(until);
        t.now = until;
        Decision d = t.timer(w -> until).orElseThrow();
        assertThat(facts(d, ExtensionWithdrawn.class))
                .extracting(ExtensionWithdrawn::getStopped)
                .containsExactly(List.of("a"));
        assertThat(facts(d, LeaseRevoked.class))
                .extracting(LeaseRevoked::getTaskId)
                .containsExactly("a");
        assertThat(t.run.graph().task("a").status()).isEqualTo(Status.DEFERRED);
        assertThat(t.run.nextDue()).isGreaterThan(until);
    }

    @Test
    void aGrantThatIsOverIsTakenFromAttemptsInFlightByWhateverComesBeforeTheTimer() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        long until = shop.team.now + 60_000;
        Team t = Team.under(
                Signed.policy("test", "").replace("ann: {", "ann: {until: \"" + Instant.ofEpochMilli(until) + "\", "));
        t.shelf.put(shop.team.shelf.record("files@1.0.0"));
        Shop.accepted(t.patch(add(needs("a", "1.0.0"))));
        t.now = until;
        Decision d = t.patch(add(needs("b", "1.0.0")));
        assertThat(facts(d, ExtensionWithdrawn.class))
                .extracting(ExtensionWithdrawn::getStopped)
                .containsExactly(List.of("a"));
        assertThat(t.run.graph().task("a").status()).isEqualTo(Status.DEFERRED);
        assertThat(t.run.graph().task("b").status()).isEqualTo(Status.DEFERRED);
        assertThat(t.run.nextDue()).isGreaterThan(until);
    }

    @Test
    void aRunThatHasEndedIsNotToldOfTheRegistry() {
        Shop shop = working();
        shop.team.direct(new CancelRun());
        shop.revoke(RevocationTarget.VERSION, Signed.version("files", "1.0.0"));
        assertThat(shop.hear()).isEmpty();
    }

    @Test
    void whatATaskNeedsIsNamedExactly() {
        for (ExtensionRef bad :
                List.of(ref("Files", "1.0.0"), ref("../files", "1.0.0"), ref("files", "1"), ref("files", "latest"))) {
            TaskSpec s = Messages.spec("a");
            s.setToolpacks(List.of(bad));
            assertThat(Shop.open().team.patch(add(s)).getRejection().getCode())
                    .as("%s", bad)
                    .isEqualTo(RejectionCode.INVALID_VALUE);
        }
        assertThat(Shop.open()
                        .team
                        .patch(add(needs("a", "1.0.0", "2.0.0")))
                        .getRejection()
                        .getMessage())
                .contains("files is named twice");
    }
}
