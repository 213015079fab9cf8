package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.trust.use.ExtensionJudge;
import io.taskgraph.policy.trust.use.Lifecycle;
import io.taskgraph.policy.trust.use.Standing;
import io.taskgraph.policy.trust.use.UseQuestion;
import io.taskgraph.policy.trust.use.UseVerdict;
import io.taskgraph.policy.trust.use.Verification;
import io.taskgraph.policy.trust.use.Verifier;
import io.taskgraph.query.RegisteredExtensions;
import io.taskgraph.spec.UnreadableFile;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says rule by rule whether an extension may be used. */
@Command(
        name = "why",
        description = {
            "Say rule by rule whether agents of a type may use a registered extension under a policy, and what is missing:",
            "the answer that the control plane would give now. Exits with 1 if they may not."
        })
final class ExtWhyCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "NAME@VERSION",
            converter = ExtensionId.class,
            description = "Which, as `ext list` names it.")
    private ExtensionRef extension;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            required = true,
            description =
                    "A file, a preset, a published policy, or a run: the policy that it has pinned, and the extensions that it pins.")
    private String policy;

    @Option(
            names = "--agent-type",
            paramLabel = "TYPE",
            defaultValue = "default",
            description = "The type of the agents (default: ${DEFAULT-VALUE}).")
    private String agentType;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Cluster cluster = connection.cluster();
        RegisteredExtensions registered =
                Registered.in(cluster, spec.commandLine().getErr());
        ExtensionRecord r = Registered.version(registered, extension);
        FoundPolicy found = policy(cluster);
        Policy judging = found.policy();
        Verification v = Verifier.verify(
                r.getVersion().getEnvelope().getBytes(UTF_8),
                r.getVersion().getAttestations().stream()
                        .map(a -> a.getBytes(UTF_8))
                        .toList(),
                judging.trust().keys().values());
        UseVerdict verdict = ExtensionJudge.use(
                new UseQuestion(agentType, found.pins(), System.currentTimeMillis()),
                v,
                new Standing(Lifecycle.valueOf(r.getVersion().getState().name()), registered.revocations()),
                judging);
        new ExtLines(spec.commandLine().getOut(), json).use(verdict);
        return verdict.isAllowed() ? 0 : 1;
    }

    private FoundPolicy policy(Cluster cluster) {
        try {
            return FoundPolicy.named(
                    policy, Optional.of(cluster), spec.commandLine().getErr());
        } catch (UnreadableFile e) {
            throw PolicyProblems.ending(e, spec.commandLine().getErr());
        }
    }
}
