package io.taskgraph.cli;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.client.ClientConfig;
import io.taskgraph.client.ClientException;
import io.taskgraph.client.PolicyPublisher;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.query.PublishedPolicies;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.spec.PolicyFile;
import io.taskgraph.spec.UnreadableFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes a policy document for runs to pin. */
@Command(
        name = "publish",
        description = {
            "Publish a policy document under its name and version, for runs to pin by name or by their labels.",
            "It may extend a preset or a published policy; what is published has that resolved. A published version is"
                    + " never changed: raise `version` in the document to publish another. Runs that have pinned an older"
                    + " one keep it.",
            "Exits with 1 if it cannot be published, with 2 if the document is wrong."
        })
final class PolicyPublishCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A policy document (YAML).")
    private Path file;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description =
                    "Give it to runs that have this label and name no policy; several: runs that have all of them.")
    private Map<String, String> labels = new TreeMap<>();

    @Option(names = "--json", description = "What was published as one JSON object.")
    private boolean json;

    @Mixin
    private Actor actor;

    @Mixin
    private DecisionTimeout timeout;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        String name = actor.name();
        Duration patience = timeout.duration();
        Cluster cluster = connection.cluster();
        PublishedPolicies published;
        try (SchemaRegistry registry = cluster.registry()) {
            published = PolicyProblems.told(
                    PublishedPolicies.read(cluster.source(registry)),
                    spec.commandLine().getErr());
        }
        Policy policy = read(published);
        PolicyProfile profile = PolicyProfile.newBuilder()
                .setName(policy.name())
                .setVersion(policy.version())
                .setDocument(policy.document())
                .setSelector(labels)
                .setPublishedAt(Instant.now())
                .setActor(name)
                .build();
        boolean fresh = requireFresh(profile, published);
        if (fresh) {
            Waiting.toConnect(cluster, spec.commandLine().getErr(), () -> publish(cluster.client(patience), profile));
        }
        tell(policy, fresh);
        return 0;
    }

    private Policy read(PublishedPolicies published) {
        try {
            return PolicyFile.read(file, name -> extended(name, published)).policy();
        } catch (UnreadableFile e) {
            throw PolicyProblems.ending(e, spec.commandLine().getErr());
        }
    }

    private static Optional<Policy> extended(String name, PublishedPolicies published) {
        return Presets.named(name).or(() -> published.named(name).map(FoundPolicy::policyOf));
    }

    /** Whether it is new; false if it is published already just so. */
    private static boolean requireFresh(PolicyProfile profile, PublishedPolicies published) {
        String key = PolicyPublisher.keyOf(profile);
        if (Presets.named(profile.getName()).isPresent()) {
            throw new CommandException("The policy " + profile.getName()
                    + " cannot be published: a preset has that name; give the document another.");
        }
        Optional<PolicyProfile> there = published.named(key);
        there.ifPresent(other -> {
            if (!other.getDocument().equals(profile.getDocument())
                    || !other.getSelector().equals(profile.getSelector())) {
                throw new CommandException("The policy " + key + " is published already, with another "
                        + (other.getDocument().equals(profile.getDocument()) ? "set of labels" : "document")
                        + ": raise `version` in the document to publish this one.");
            }
        });
        return there.isEmpty();
    }

    private static Object publish(ClientConfig config, PolicyProfile profile) {
        try (PolicyPublisher publisher = PolicyPublisher.connect(config)) {
            return publisher.publish(profile).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ClientException known ? known : e;
        }
    }

    private void tell(Policy policy, boolean fresh) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", policy.name());
            fields.put("version", policy.version());
            fields.put("digest", policy.digest());
            fields.put("labels", labels);
            fields.put("published", fresh);
            out.println(JsonLine.of(fields));
        } else {
            out.println((fresh ? "published  " : "unchanged  ") + policy.name() + "@" + policy.version() + "  "
                    + policy.digest() + (labels.isEmpty() ? "" : "  for runs with " + new TreeMap<>(labels)));
        }
        out.flush();
    }
}
