package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionGrant;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.ToolGrant;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.manifest.Manifest;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.policy.trust.use.ExtensionJudge;
import io.taskgraph.policy.trust.use.Finding;
import io.taskgraph.policy.trust.use.Grant;
import io.taskgraph.policy.trust.use.Lifecycle;
import io.taskgraph.policy.trust.use.Revocations;
import io.taskgraph.policy.trust.use.TrustRule;
import io.taskgraph.policy.trust.use.UseQuestion;
import io.taskgraph.policy.trust.use.UseVerdict;
import io.taskgraph.policy.trust.use.Verification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A version of an extension as the registry has it, to be looked at.
 *
 * @param lifecycle where it is in its life
 * @param sequence the registry's decision that it is there since
 * @param verification who signed what of it, of the keys of the policy that it is judged by
 * @param revocations all that was revoked
 */
public record Sight(Lifecycle lifecycle, long sequence, Verification verification, Revocations revocations) {
    /** What a run sees of it. No cryptography. */
    public ExtensionSeen of(ExtensionRef ref, UseQuestion question, Policy policy) {
        UseVerdict v = ExtensionJudge.use(
                question, verification, new io.taskgraph.policy.trust.use.Standing(lifecycle, revocations), policy);
        Finding refusal = v.refusal().orElse(null);
        String why = refusal == null ? "" : refusal.detail();
        return new ExtensionSeen(
                ref,
                question.agentType(),
                verification.digest().map(Object::toString).orElse(""),
                ExtensionState.valueOf(lifecycle.name()),
                sequence,
                refusal == null ? "" : refusal.rule().key(),
                Texts.cut(
                        refusal != null && refusal.rule() == TrustRule.GATING ? "FEATURE_DISABLED: " + why : why,
                        Texts.LONG_TEXT),
                v.grant()
                        .map(g -> grant(g, verification.manifest().orElseThrow()))
                        .orElse(null));
    }

    /** What a run sees where the registry knows no such version. */
    public static ExtensionSeen ofNothing(ExtensionRef ref, String agentType) {
        return new ExtensionSeen(
                ref,
                agentType,
                "",
                ExtensionState.UNKNOWN,
                0L,
                TrustRule.LIFECYCLE.key(),
                "the registry knows no version " + ref.getVersion() + " of " + ref.getName()
                        + "; propose and enable it",
                null);
    }

    private static ExtensionGrant grant(Grant g, Manifest signed) {
        List<ToolGrant> tools = new ArrayList<>();
        g.tools()
                .forEach((tool, risk) -> tools.add(new ToolGrant(
                        tool,
                        Risk.valueOf(risk.name()),
                        signed.tools().get(tool).inputSchema().toString())));
        return new ExtensionGrant(
                g.extension(),
                g.version().text(),
                g.digest().toString(),
                tools,
                g.capabilities().stream().map(Capability::key).toList(),
                g.untilMillis() == TrustKey.FOREVER ? null : Instant.ofEpochMilli(g.untilMillis()));
    }
}
