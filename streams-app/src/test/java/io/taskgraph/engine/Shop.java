package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.LoadedExtension;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.ProposeExtension;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.RevokeExtension;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** The registry of extensions, and a run that uses them and sees of it what it is shown. */
final class Shop {
    final Team registry = new Team(Registry.RUN_ID);
    final Team team;
    private final Policy policy;

    Shop(String registryMore, String teamMore) {
        this(registryMore, Team.under(Signed.policy("test", teamMore)));
    }

    private Shop(String registryMore, Team team) {
        this.policy = Policy.parse(Signed.policy(Registry.RUN_ID, registryMore), Presets::named);
        this.team = team;
    }

    static Shop open() {
        return new Shop("", "");
    }

    /** One whose run fails a task with its first failed attempt. */
    static Shop withoutRetries() {
        return new Shop("", Team.under(Signed.policy("test", "").replace("caps: {", "caps: {max_retries: 0, ")));
    }

    static ExtensionRef ref(String name, String version) {
        return new ExtensionRef(name, version);
    }

    Decision propose(String envelope) {
        Mutation m = Messages.mutation(Registry.RUN_ID, registry.nextMessageId(), List.of());
        m.setProposeExtension(new ProposeExtension(envelope, List.of()));
        return show(registry.step(new Input.OfMutation(m, Origin.NONE, name -> Optional.of(policy)))
                .orElseThrow()
                .decision());
    }

    /** An operator says something of the registry. */
    Decision say(String operator, SpecificRecord kind) {
        return show(registry.direct(operator, "because", kind));
    }

    private Decision show(Decision d) {
        team.shelf.take(registry.run, d);
        return d;
    }

    /** Files in that version is proposed and enabled. */
    void stock(String version) {
        assertThat(propose(Signed.toolpack("files", version, "ann")).getRejection())
                .isNull();
        assertThat(say("olga", new EnableExtension(ref("files", version))).getRejection())
                .isNull();
    }

    Decision revoke(RevocationTarget target, Object digest) {
        return say("olga", new RevokeExtension(target, digest.toString()));
    }

    static TaskSpec needs(String task, String... versionsOfFiles) {
        TaskSpec s = Messages.spec(task);
        s.setToolpacks(
                List.of(versionsOfFiles).stream().map(v -> ref("files", v)).toList());
        return s;
    }

    /** The run hears that the registry has changed; empty: nothing follows. */
    Optional<Decision> hear() {
        return team.step(new Input.OfRegistryChange(team.runId, 0)).map(Decided::decision);
    }

    /** A worker takes up a lease, having loaded files in that version with these tools. */
    Decision start(String worker, String task, int attempt, String version, Object saveDigest) {
        Map<String, String> tools = new HashMap<>(Map.of("save", saveDigest.toString()));
        return team.report(
                worker, task, attempt, new Started("default", List.of(new LoadedExtension("files", version, tools))));
    }

    static void accepted(Decision d) {
        assertThat(d.getOutcome()).as("%s", d.getRejection()).isEqualTo(Outcome.ACCEPTED);
    }
}
