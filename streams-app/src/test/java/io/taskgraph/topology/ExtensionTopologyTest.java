package io.taskgraph.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.CancelAttempt;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.LoadedExtension;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.ProposeExtension;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.RevokeExtension;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.SuspendExtension;
import io.taskgraph.engine.Signed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extensions through the topology: from the registry's run over its topic to the runs that use them. */
class ExtensionTopologyTest {
    private static final ExtensionRef FILES = new ExtensionRef("files", "1.0.0");

    @TempDir
    Path stateDir;

    private TopologyFixture topology;

    @BeforeEach
    void start() {
        topology = new TopologyFixture(stateDir);
        topology.publish(Signed.policy("extensions", ""));
        topology.publish(Signed.policy("team", ""));
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private Decision propose() {
        Mutation m = topology.patch("extensions", "propose");
        m.setProposeExtension(new ProposeExtension(Signed.toolpack("files", "1.0.0", "ann"), List.of()));
        topology.mutations.pipeInput("extensions", m);
        return topology.decisions.readValue();
    }

    private Decision say(Directive d) {
        topology.directives.pipeInput(d.getRunId(), d);
        return topology.decisions.readValue();
    }

    private void enable() {
        Directive d = topology.directive("extensions", "olga");
        d.setEnableExtension(new EnableExtension(FILES));
        assertThat(say(d).getRejection()).isNull();
    }

    private void createRun() {
        Mutation m = topology.create("r", "team", "a");
        m.getOperations().get(0).getAddTask().getTask().setToolpacks(List.of(FILES));
        topology.mutations.pipeInput("r", m);
        assertThat(topology.decisions.readValue().getRejection()).isNull();
    }

    @Test
    void aTaskIsOfferedWithItsGrantAndStoppedWhenThatIsRevoked() {
        assertThat(propose().getRejection()).isNull();
        createRun();
        assertThat(topology.commands.isEmpty()).as("not enabled yet").isTrue();
        enable();
        topology.advance(Duration.ofSeconds(1));
        Command offered = topology.commands.readValue();
        assertThat(offered.getDispatch().getGrants())
                .extracting(g -> g.getName() + "@" + g.getVersion() + " " + g.getDigest())
                .containsExactly("files@1.0.0 " + Signed.version("files", "1.0.0"));
        topology.decisions.readValuesToList();

        Report r = topology.report("r", "w", "a", 1);
        r.setStarted(new Started(
                "default",
                List.of(new LoadedExtension(
                        "files",
                        "1.0.0",
                        new HashMap<>(Map.of("save", Signed.digest("save").toString()))))));
        topology.reports.pipeInput("r", r);
        assertThat(topology.decisions.readValue().getFacts().get(0).getTaskStarted())
                .isNotNull();
        topology.signals.readValuesToList();

        Directive d = topology.directive("extensions", "olga");
        d.setRevokeExtension(new RevokeExtension(
                RevocationTarget.KEY, Signed.publicKey("ann").fingerprint().toString()));
        assertThat(say(d).getRejection()).isNull();
        topology.advance(Duration.ofSeconds(1));
        Decision stopped = topology.decisions.readValue();
        assertThat(stopped.getRunId()).isEqualTo("r");
        assertThat(stopped.getFacts().stream()
                        .filter(f -> f.getExtensionWithdrawn() != null)
                        .flatMap(f -> f.getExtensionWithdrawn().getStopped().stream()))
                .containsExactly("a");
        Command cancel = topology.signals.readValue();
        assertThat(cancel.getWorkerId()).isEqualTo("w");
        assertThat(cancel.getCancel())
                .extracting(CancelAttempt::getTaskId, CancelAttempt::getAttempt)
                .containsExactly("a", 1);
        topology.advance(Duration.ofSeconds(5));
        assertThat(topology.decisions.isEmpty()).as("it is told once").isTrue();
        assertThat(topology.commands.isEmpty()).isTrue();
    }

    @Test
    void aRecordThatIsLateOrSaidAgainBringsNothingBack() {
        propose();
        enable();
        List<ExtensionRecord> before = topology.extensions.readValuesToList();
        Directive d = topology.directive("extensions", "olga");
        d.setRevokeExtension(new RevokeExtension(
                RevocationTarget.VERSION, Signed.version("files", "1.0.0").toString()));
        say(d);
        before.forEach(r -> topology.raw(topology.topics.extensions().name())
                .pipeInput(
                        "files@1.0.0".getBytes(),
                        topology.registry
                                .serializer(topology.topics.extensions())
                                .write(r)));
        topology.raw(topology.topics.extensions().name()).pipeInput("files@1.0.0".getBytes(), new byte[] {1, 2});
        createRun();
        topology.advance(Duration.ofSeconds(5));
        assertThat(topology.commands.isEmpty()).isTrue();
    }

    private void late(String key, byte[] value) {
        topology.raw(topology.topics.extensions().name()).pipeInput(key.getBytes(), value);
    }

    /** Nothing else than the later decision stands against it: nothing of it was revoked. */
    @Test
    void ofTwoRecordsTheLaterDecisionHoldsWhicheverComesLast() {
        propose();
        enable();
        List<ExtensionRecord> before = topology.extensions.readValuesToList();
        Directive d = topology.directive("extensions", "olga");
        d.setSuspendExtension(new SuspendExtension(FILES));
        assertThat(say(d).getRejection()).isNull();
        before.forEach(r -> late(
                "files@1.0.0",
                topology.registry.serializer(topology.topics.extensions()).write(r)));
        createRun();
        topology.advance(Duration.ofSeconds(5));
        assertThat(topology.commands.isEmpty()).isTrue();
    }

    @Test
    void aRecordThatNobodyCanReadKeepsNoOtherOneOut() {
        late("files@1.0.0", new byte[] {1, 2});
        createRun();
        topology.advance(Duration.ofSeconds(1));
        assertThat(topology.commands.isEmpty()).isTrue();
        propose();
        enable();
        topology.advance(Duration.ofSeconds(1));
        assertThat(topology.commands.readValue().getDispatch().getTaskId()).isEqualTo("a");
    }

    /** It is under the key of a revoked digest, so that it is revoked; what stands there may be of a later version. */
    @Test
    void aRevokedDigestStaysRevokedWhereItsRecordCannotBeRead() {
        late("revoked/key/" + Signed.publicKey("ann").fingerprint(), new byte[] {1, 2});
        propose();
        enable();
        createRun();
        topology.advance(Duration.ofSeconds(1));
        assertThat(topology.commands.isEmpty()).isTrue();
    }
}
