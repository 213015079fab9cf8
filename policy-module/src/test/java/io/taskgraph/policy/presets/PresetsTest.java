package io.taskgraph.policy.presets;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.Questions;
import io.taskgraph.policy.contract.ActionProfile;
import io.taskgraph.policy.contract.ApprovalSubject;
import io.taskgraph.policy.contract.AtRetryCap;
import io.taskgraph.policy.contract.Backoff;
import io.taskgraph.policy.contract.Budgets;
import io.taskgraph.policy.contract.Caps;
import io.taskgraph.policy.contract.Degraded;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.MailboxPolicy;
import io.taskgraph.policy.contract.OnDenial;
import io.taskgraph.policy.contract.Phase;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.ReconcilePolicy;
import io.taskgraph.policy.contract.Review;
import io.taskgraph.policy.contract.Risk;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.decision.Verdict;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.manifest.RiskProfile;
import io.taskgraph.policy.trust.settings.OnRevocation;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PresetsTest {
    static List<String> names() {
        return Presets.names();
    }

    private static Policy preset(String name) {
        return Presets.named(name).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyPresetStandsByItself(String name) {
        Policy policy = preset(name);
        assertThat(policy.name()).isEqualTo(name);
        assertThat(policy.description()).isNotBlank();
        // Written out it needs nothing to extend.
        assertThat(Policy.parse(policy.document())).isEqualTo(policy);
        assertThat(Presets.source(name)).isPresent();
    }

    @Test
    void theDefaultIsTheContractsDefaultsWithTheStrictProfile() {
        Policy policy = preset("default");
        assertThat(policy.caps()).isEqualTo(Caps.DEFAULT);
        assertThat(Flag.values()).noneMatch(policy::on);
        assertThat(policy.budgets()).isEqualTo(Budgets.NONE);
        assertThat(policy.rules()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "default, STRICT",
        "local-permissive, LOCAL_PERMISSIVE",
        "strict, STRICT",
        "managed, MANAGED",
        "full, LOCAL_PERMISSIVE",
        "demo, LOCAL_PERMISSIVE"
    })
    void actionsAreAnsweredByTheProfile(String name, ActionProfile profile) {
        for (Risk risk : Risk.values()) {
            assertThat(preset(name).judge(Questions.action("tool", risk)).verdict())
                    .isEqualTo(profile.verdict(risk));
        }
        assertThat(preset(name).caps().maxActions()).isEqualTo(profile.maxActions());
    }

    @ParameterizedTest
    @ValueSource(strings = {"local-permissive", "strict", "managed", "full", "demo"})
    void whatWaitsForPeopleIsNotEndedByTheAgeOfTheRun(String name) {
        Policy policy = preset(name);
        for (ApprovalSubject subject : ApprovalSubject.values()) {
            for (Risk risk : Risk.values()) {
                assertThat(policy.terms(subject, risk).expiresAfterMillis())
                        .as("%s %s", subject, risk)
                        .isLessThan(policy.caps().maxRuntimeMillis());
            }
        }
    }

    @Test
    void unattendedNothingWaitsForAnybody() {
        Policy policy = preset("ci-unattended");
        for (Risk risk : Risk.values()) {
            assertThat(policy.judge(Questions.action("tool", risk)).verdict()).isNotEqualTo(Verdict.AWAIT_APPROVAL);
            assertThat(policy.judge(Questions.dispatch(risk)).verdict())
                    .isEqualTo(risk == Risk.DESTRUCTIVE ? Verdict.DENY : Verdict.ALLOW);
        }
        assertThat(policy.budgets().run().costMicros()).isEqualTo(50_000_000);
        for (Phase from : List.of(Phase.PLANNING, Phase.EXECUTING, Phase.RECONCILING)) {
            assertThat(policy.allows(from, Phase.AWAIT_USER)).as("%s", from).isFalse();
            assertThat(policy.allows(from, Phase.AWAIT_APPROVAL)).as("%s", from).isFalse();
        }
        assertThat(policy.onDenial()).isEqualTo(OnDenial.FAIL);
    }

    @ParameterizedTest
    @MethodSource("names")
    void whereSomebodyIsThereWhatIsDeniedIsSetAside(String name) {
        assertThat(preset(name).onDenial()).isEqualTo(name.equals("ci-unattended") ? OnDenial.FAIL : OnDenial.DEFER);
    }

    @Test
    void fullHasEveryFlagButHierarchyAndLetsOrdinaryRunsPass() {
        Policy policy = preset("full");
        assertThat(Flag.values()).allMatch(f -> policy.on(f) == (f != Flag.HIERARCHY));
        assertThat(policy.route(Phase.PLANNING, Questions.plan(10, 3))).isEmpty();
        assertThat(policy.judge(Questions.dispatch(Risk.DESTRUCTIVE)).verdict()).isEqualTo(Verdict.ALLOW);
        assertThat(policy.caps().heartbeatStalenessMillis()).isEqualTo(3_000);
        assertThat(preset("demo").caps()).isEqualTo(policy.caps());
        assertThat(preset("demo").rules()).hasSameSizeAs(policy.rules());
    }

    @Test
    void benchAsksNothingAndBenchFullHasItsCaps() {
        Policy bench = preset("bench");
        assertThat(Asked.values()).noneMatch(bench::asks);
        assertThat(bench.budgets()).isEqualTo(Budgets.NONE);
        assertThat(preset("bench-full").caps()).isEqualTo(bench.caps());
        assertThat(preset("bench-full").asks(Asked.DISPATCH)).isTrue();
    }

    @Test
    void whatFailsIsRepairedAsThePresetIsFor() {
        // given
        ReconcilePolicy full = preset("full").reconcile();
        ReconcilePolicy local = preset("local-permissive").reconcile();
        // then
        assertThat(full)
                .isEqualTo(new ReconcilePolicy(
                        "standard",
                        true,
                        0,
                        AtRetryCap.FAIL,
                        new Backoff(200, 2, 10_000, 20),
                        new Degraded(3, 25),
                        Review.NONE));
        assertThat(preset("demo").reconcile()).isEqualTo(full);
        assertThat(local.rebase()).isTrue();
        assertThat(local.backoff()).isEqualTo(new Backoff(100, 2, 5_000, 20));
        assertThat(local.degraded()).isEqualTo(Degraded.NEVER);
        assertThat(preset("full").mailbox()).isEqualTo(MailboxPolicy.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict", "managed"})
    void whatMattersIsLookedAtBeforeItIsTriedAgainOrTaken(String name) {
        Policy policy = preset(name);
        assertThat(policy.on(Flag.RECONCILE)).isTrue();
        assertThat(policy.reconcile().strategy()).isEqualTo("cautious");
        assertThat(policy.reconcile().review().risks()).containsExactly(Risk.DESTRUCTIVE);
        assertThat(policy.reconcile().rebase()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "bench", "offline", "ci-unattended"})
    void theOthersKeepWhatTheContractGives(String name) {
        assertThat(preset(name).reconcile()).isEqualTo(ReconcilePolicy.DEFAULT);
        assertThat(preset(name).document()).doesNotContain("reconcile:\n");
    }

    @Test
    void underBenchFullNobodyWaitsToTryAgain() {
        for (int failures = 1; failures < 10; failures++) {
            assertThat(preset("bench-full").reconcile().backoff().millis(failures, failures))
                    .isZero();
        }
    }

    @Test
    void offlineLetsMuchBeSaidAndNothingBeDone() {
        Policy policy = preset("offline");
        assertThat(policy.caps().maxWorkers()).isZero();
        assertThat(policy.caps().maxTasks()).isEqualTo(1000000);
        assertThat(policy.caps().maxPayloadBytes()).isEqualTo(65536);
        assertThat(Arrays.asList(Flag.MUTABLE_GRAPH, Flag.RECONCILE, Flag.HIERARCHY))
                .allMatch(policy::on);
    }

    @ParameterizedTest
    @MethodSource("names")
    void noPresetKnowsAKeySoNoneLetsAnExtensionBeUsed(String name) {
        TrustSettings trust = preset(name).trust();
        assertThat(trust.keys()).isEmpty();
        assertThat(trust.signers()).isEmpty();
        assertThat(trust.ifNotNamed())
                .isEqualTo(
                        Set.of("local-permissive", "full", "demo", "bench-full").contains(name)
                                ? TrustLevel.WORKSPACE
                                : TrustLevel.UNTRUSTED);
    }

    @Test
    void enablingAndRevokingAreAsThePresetIsFor() {
        assertThat(preset("strict").trust().toEnable(RiskProfile.PRIVILEGED).approvers())
                .isEqualTo(2);
        assertThat(preset("strict").trust().toEnable(RiskProfile.STANDARD).approvers())
                .isEqualTo(1);
        assertThat(preset("managed").trust().toEnable(RiskProfile.READ_ONLY).approvers())
                .isEqualTo(2);
        assertThat(preset("managed").trust().onRevocation()).isEqualTo(OnRevocation.DEFER);
        assertThat(preset("ci-unattended").trust().onRevocation()).isEqualTo(OnRevocation.CANCEL);
        assertThat(preset("full").trust().onRevocation()).isEqualTo(OnRevocation.WAIT);
    }

    @Test
    void anUnknownNameIsNoPreset() {
        assertThat(Presets.named("nothing")).isEmpty();
        assertThat(Presets.named("../presets/default")).isEmpty();
    }
}
