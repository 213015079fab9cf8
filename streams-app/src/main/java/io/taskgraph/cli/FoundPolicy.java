package io.taskgraph.cli;

import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.engine.Pins;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.contract.PolicyException;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.query.PublishedPolicies;
import io.taskgraph.query.RunFollower;
import io.taskgraph.query.RunView;
import io.taskgraph.query.Source;
import io.taskgraph.schemas.registry.SchemaRegistry;
import io.taskgraph.spec.PolicyFile;
import io.taskgraph.spec.UnreadableFile;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A policy that somebody named in one word: a file, a preset, a published profile, or a run that has pinned it, whichever
 * there is first.
 *
 * @param from where it was found, for people
 * @param policy what it says
 * @param source its text as its author wrote it, where that is known; else its canonical document
 * @param pins versions of extensions that a run pins beside it
 */
record FoundPolicy(String from, Policy policy, String source, SortedMap<String, SortedMap<String, Digest>> pins) {
    private FoundPolicy(String from, Policy policy, String source) {
        this(from, policy, source, Collections.emptySortedMap());
    }

    /**
     * Finds one.
     *
     * @param cluster where profiles and runs are; empty: there are none to look at
     * @param err where profiles that cannot be read are told of
     * @throws UnreadableFile if it is a file that is no policy document
     * @throws CommandException if there is none of that name
     */
    static FoundPolicy named(String name, Optional<Cluster> cluster, PrintWriter err) throws UnreadableFile {
        Optional<Path> file = file(name);
        if (file.isPresent()) {
            PolicyFile read = PolicyFile.read(file.get(), Presets::named);
            return new FoundPolicy("file " + name, read.policy(), read.text());
        }
        Optional<Policy> preset = Presets.named(name);
        if (preset.isPresent()) {
            return new FoundPolicy("preset", preset.get(), Presets.source(name).orElseThrow());
        }
        return cluster.flatMap(where -> onCluster(name, where, err))
                .orElseThrow(
                        () -> new CommandException(
                                "There is no policy " + name
                                        + ": name a file, a preset (" + String.join(", ", Presets.names()) + ")"
                                        + (cluster.isPresent()
                                                ? ", a published profile (`taskgraph policy list`) or a run (`taskgraph runs`)."
                                                : "; published profiles and runs are on a cluster, and none is running or named here.")));
    }

    private static Optional<Path> file(String name) {
        try {
            Path path = Path.of(name);
            boolean meant = name.endsWith(".yaml") || name.endsWith(".yml") || name.contains("/");
            return meant || Files.isRegularFile(path) ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<FoundPolicy> onCluster(String name, Cluster cluster, PrintWriter err) {
        try (SchemaRegistry registry = cluster.registry()) {
            Source source = cluster.source(registry);
            return PolicyProblems.told(PublishedPolicies.read(source), err)
                    .named(name)
                    .map(FoundPolicy::of)
                    .or(() -> ofRun(name, source));
        }
    }

    private static FoundPolicy of(PolicyProfile profile) {
        return new FoundPolicy(
                "published " + profile.getPublishedAt()
                        + (profile.getActor().isEmpty() ? "" : " by " + profile.getActor()),
                policyOf(profile),
                profile.getDocument());
    }

    /** @throws CommandException if this version cannot read its document: another one, or another program, wrote it */
    static Policy policyOf(PolicyProfile profile) {
        try {
            return Policy.parse(profile.getDocument());
        } catch (PolicyException e) {
            throw new CommandException(
                    "The published policy " + profile.getName() + "@" + profile.getVersion() + " cannot be read ("
                            + e.problems().get(0) + "): use the version of taskgraph that published it.",
                    e);
        }
    }

    private static Optional<FoundPolicy> ofRun(String runId, Source source) {
        try (RunFollower follower = RunFollower.of(source, List.of(runId))) {
            RunView run = follower.catchUp().run(runId);
            return run.exists()
                    ? Optional.of(new FoundPolicy(
                            "pinned by run " + runId,
                            run.state().policy(),
                            run.state().policy().document(),
                            Pins.of(run.state())))
                    : Optional.empty();
        }
    }
}
