package io.taskgraph.policy.trust.use;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.TestKey;
import io.taskgraph.policy.trust.TrustLevel;
import io.taskgraph.policy.trust.attest.StatementText;
import io.taskgraph.policy.trust.manifest.ManifestText;
import io.taskgraph.policy.trust.manifest.RiskProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds whatever is signed by whom, under whatever policy. jqwik prints the seed; a case is made of its own seed. */
class ExtensionProperties {
    private static final List<TestKey> KEYS =
            List.of(TestKey.of("a"), TestKey.of("b"), TestKey.of("c"), TestKey.of("stranger"));
    private static final String[] UNTIL = {"2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"};

    /** A case, and what of it the answer must follow from, worked out in another way than the judge does. */
    private static final class Case {
        final Random random;
        final List<TestKey> signing = new ArrayList<>();
        final Set<String> counting = new HashSet<>();
        final int threshold;
        final TrustLevel agent;
        final TrustLevel publisher;
        final TrustLevel confers;
        final TrustLevel required;
        final Set<Capability> asked = EnumSet.of(Capability.READ);
        final boolean gating;
        final boolean pinnedElsewhere;
        final boolean reviewAsked;
        final boolean reviewed;
        final Lifecycle state;
        final boolean revoked;

        Case(long seed) {
            random = new Random(seed);
            for (TestKey key : KEYS) {
                if (random.nextInt(3) > 0) {
                    signing.add(key);
                }
            }
            threshold = 1 + random.nextInt(3);
            agent = level();
            publisher = level();
            confers = level();
            required = TrustLevel.values()[random.nextInt(2)];
            for (Capability c : RiskProfile.PRIVILEGED.most()) {
                if (random.nextInt(3) == 0) {
                    asked.add(c);
                }
            }
            gating = random.nextInt(4) > 0;
            pinnedElsewhere = random.nextInt(8) == 0;
            reviewAsked = random.nextInt(4) == 0;
            reviewed = random.nextBoolean();
            state = random.nextInt(3) > 0 ? Lifecycle.ENABLED : Lifecycle.values()[random.nextInt(6)];
            revoked = random.nextInt(8) == 0;
        }

        private TrustLevel level() {
            return TrustLevel.values()[random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(3)];
        }

        Policy policy() {
            StringBuilder text = new StringBuilder("name: x\nflags: {trust_gating: " + gating + "}\ntrust:\n");
            text.append("  agent_types: {t: ").append(agent.key()).append("}\n");
            text.append("  publishers: {acme: ").append(publisher.key()).append("}\n  keys:\n");
            for (TestKey key : KEYS.subList(0, 3)) {
                int until = random.nextInt(UNTIL.length + 1);
                boolean bad = random.nextInt(6) == 0;
                text.append("    ")
                        .append(key.name())
                        .append(": {public: \"")
                        .append(key.publicKey().base64());
                text.append(until < UNTIL.length ? "\", until: " + UNTIL[until] : "\"");
                text.append(bad ? ", revoked: true}\n" : "}\n");
                // The decision is at the very moment of the second date, when that key is not valid any more.
                if (signing.contains(key) && !bad && until >= 2) {
                    counting.add(key.name());
                }
            }
            text.append("  signers: {s: {publishers: [acme], names: ['*'], keys: [a, b, c], threshold: ");
            text.append(threshold).append(", confers: ").append(confers.key()).append("}}\n");
            text.append(pinnedElsewhere ? "  pins: {x: {1.0.0: 'sha256:" + "0".repeat(64) + "'}}\n" : "");
            text.append(reviewAsked ? "  attestations: {r: {predicate: review, keys: [a, b, c]}}\n" : "");
            return Policy.parse(text.toString());
        }

        UseVerdict verdict(Policy policy, boolean shuffled) {
            ManifestText manifest = ManifestText.of("x", "1.0.0")
                    .profile(RiskProfile.PRIVILEGED)
                    .trust(required)
                    .capabilities(asked);
            List<TestKey> order = new ArrayList<>(signing);
            if (shuffled) {
                Collections.shuffle(order, random);
                Collections.reverse(order);
            }
            byte[] envelope = TrustCase.signed(manifest, order.toArray(TestKey[]::new));
            byte[][] reviews = reviewed
                    ? new byte[][] {
                        TrustCase.attested(
                                StatementText.review("a.zip", "pass", "2026-05-31T00:00:00Z"),
                                order.toArray(TestKey[]::new))
                    }
                    : new byte[0][];
            Revocations revocations = revoked
                    ? new Revocations(Set.of(Digest.of(manifest.bytes())), Set.of(), Set.of())
                    : Revocations.NONE;
            return ExtensionJudge.use(
                    UseQuestion.of("t", TrustCase.NOW),
                    TrustCase.verification(policy, envelope, reviews),
                    new Standing(state, revocations),
                    policy);
        }

        boolean mayBeUsed() {
            TrustLevel least = Collections.min(List.of(agent, publisher, confers));
            boolean more = asked.stream().anyMatch(c -> c != Capability.READ && c != Capability.TRACE);
            return state == Lifecycle.ENABLED
                    && !revoked
                    && counting.size() >= threshold
                    && !pinnedElsewhere
                    && (!reviewAsked || reviewed && !counting.isEmpty())
                    && least.compareTo(required) >= 0
                    && (!more || least != TrustLevel.UNTRUSTED)
                    && (!more || gating);
        }
    }

    @Property(tries = 1_000)
    void somethingIsUsedIfAndOnlyIfEverythingSpeaksForIt(@ForAll long seed) {
        Case c = new Case(seed);
        UseVerdict verdict = c.verdict(c.policy(), false);
        assertThat(verdict.isAllowed()).as(verdict.findings().toString()).isEqualTo(c.mayBeUsed());
        assertThat(verdict.refusal().isEmpty()).isEqualTo(verdict.isAllowed());
        assertThat(verdict.findings()).extracting(Finding::rule).containsExactly(TrustRule.values());
        verdict.grant().ifPresent(grant -> {
            assertThat(grant.untilMillis()).isGreaterThan(TrustCase.NOW);
            assertThat(grant.capabilities()).isEqualTo(c.asked);
        });
    }

    @Property(tries = 300)
    void theOrderOfSignaturesDoesNotMatterNorDoesAskingAgain(@ForAll long seed) {
        Case c = new Case(seed);
        Policy policy = c.policy();
        UseVerdict verdict = c.verdict(policy, false);
        assertThat(c.verdict(policy, false)).isEqualTo(verdict);
        UseVerdict other = c.verdict(policy, true);
        assertThat(other.grant()).isEqualTo(verdict.grant());
        assertThat(other.level()).isEqualTo(verdict.level());
        assertThat(other.findings())
                .extracting(Finding::holds)
                .isEqualTo(verdict.findings().stream().map(Finding::holds).toList());
    }

    /** Until the grant ends it stays as it is; from then on there is none. */
    @Property(tries = 300)
    void aGrantEndsWhenItSays(@ForAll long seed) {
        Case c = new Case(seed);
        Policy policy = c.policy();
        UseVerdict verdict = c.verdict(policy, false);
        if (verdict.grant().isEmpty() || verdict.grant().get().untilMillis() == Long.MAX_VALUE) {
            return;
        }
        long until = verdict.grant().get().untilMillis();
        byte[] envelope = TrustCase.signed(
                ManifestText.of("x", "1.0.0")
                        .profile(RiskProfile.PRIVILEGED)
                        .trust(c.required)
                        .capabilities(c.asked),
                c.signing.toArray(TestKey[]::new));
        byte[] review = TrustCase.attested(
                StatementText.review("a.zip", "pass", "2026-05-31T00:00:00Z"), c.signing.toArray(TestKey[]::new));
        Verification verification = TrustCase.verification(policy, envelope, review);
        Standing standing = new Standing(Lifecycle.ENABLED, Revocations.NONE);
        assertThat(ExtensionJudge.use(UseQuestion.of("t", until - 1), verification, standing, policy)
                        .isAllowed())
                .isTrue();
        assertThat(ExtensionJudge.use(UseQuestion.of("t", until), verification, standing, policy)
                        .isAllowed())
                .isFalse();
    }
}
