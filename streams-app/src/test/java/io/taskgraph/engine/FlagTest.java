package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Messages.undoable;
import static io.taskgraph.engine.Messages.undoing;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.GateOutcome;
import io.taskgraph.avro.GateVerdict;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.ParentRun;
import io.taskgraph.avro.ProposeExtension;
import io.taskgraph.avro.RecordGates;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SaveCheckpoint;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.avro.TakeSnapshot;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.Policy;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A flag that is off refuses what it guards; one that is on lets it be. */
class FlagTest {
    private static String document(Set<Flag> on) {
        StringBuilder y = new StringBuilder("name: test\ncaps: {max_depth: 2}\nflags:\n");
        for (Flag f : Flag.values()) {
            y.append("  ").append(f.key()).append(": ").append(on.contains(f)).append('\n');
        }
        return y.toString();
    }

    /** What each flag guards, tried in a run under the document. */
    private static Map<Flag, List<Function<String, Decision>>> features() {
        Map<Flag, List<Function<String, Decision>>> features = new EnumMap<>(Flag.class);
        features.put(
                Flag.MUTABLE_GRAPH, List.of(document -> planned(document).patch(add("b")), document -> planned(document)
                        .patch(title("a", "other"))));
        features.put(
                Flag.RECONCILE,
                List.of(
                        document -> Team.under(document).patch(add(undoing("x", spec("a")))),
                        document -> {
                            TaskSpec s = spec("a");
                            s.setFailureMode(FailureMode.CONTINUE);
                            return Team.under(document).patch(add(s));
                        },
                        document -> Team.under(document).patch(add(undoable(spec("a")))),
                        document -> planned(document).direct(new SkipTask("a"))));
        features.put(Flag.PRIORITY_MAILBOX, List.of(document -> planned(document)
                .direct(new SendMessage(MessageSpec.newBuilder()
                        .setRecipient(Mailboxes.LEAD)
                        .setKind(MessageKind.ALERT)
                        .build()))));
        features.put(
                Flag.TRACE_REPLAY,
                List.of(
                        document -> planned(document).direct(new SaveCheckpoint("c", "", new HashMap<>())),
                        document -> planned(document).report("w", "a", 1, new SaveCheckpoint("c", "", new HashMap<>())),
                        FlagTest::forked,
                        document -> planned(document).direct(new TakeSnapshot())));
        features.put(Flag.TRUST_GATING, List.of(FlagTest::proposed));
        features.put(Flag.HIERARCHY, List.of(FlagTest::below));
        features.put(Flag.REGRESSION_GATES, List.of(document -> planned(document)
                .direct(new RecordGates(
                        "A",
                        Messages.arguments("report"),
                        1L,
                        List.of(new GateVerdict("caps", GateOutcome.PASS, true))))));
        return features;
    }

    private static Team planned(String document) {
        Team team = Team.under(document);
        assertThat(team.patch(add("a")).getRejection())
                .as("a first plan is no change")
                .isNull();
        return team;
    }

    private static Decision forked(String document) {
        Mutation m = Messages.mutation("forked", "m", List.of());
        CreateRun create = new CreateRun("n", "g", "test", new HashMap<>(), null, null, null, null, List.of());
        create.setOrigin(Restoration.of(Team.standard().run, false).origin(Team.standard().run, ""));
        m.setCreateRun(create);
        Policy policy = Policy.parse(document);
        return new Team("forked")
                .step(new Input.OfMutation(m, Origin.NONE, name -> Optional.of(policy)))
                .orElseThrow()
                .decision();
    }

    /** Something that writes is put forward. */
    private static Decision proposed(String document) {
        Mutation m = Messages.mutation(Registry.RUN_ID, "m", List.of());
        m.setProposeExtension(new ProposeExtension(Signed.toolpack("files", "1.0.0", "ann"), List.of()));
        Policy policy = Policy.parse(document + Signed.trust(""));
        return new Team(Registry.RUN_ID)
                .step(new Input.OfMutation(m, Origin.NONE, name -> Optional.of(policy)))
                .orElseThrow()
                .decision();
    }

    private static Decision below(String document) {
        Mutation m = Messages.mutation("child", "m", List.of());
        m.setCreateRun(new CreateRun(
                "n", "g", "test", new HashMap<>(), null, new ParentRun("r", "a", 1), null, null, List.of()));
        Policy policy = Policy.parse(document);
        return new Team("child")
                .step(new Input.OfMutation(m, Origin.NONE, name -> Optional.of(policy)))
                .orElseThrow()
                .decision();
    }

    @Test
    void eachFlagGuardsItsFeature() {
        Map<Flag, List<Function<String, Decision>>> features = features();
        assertThat(features.keySet()).isEqualTo(EnumSet.allOf(Flag.class));
        features.forEach((flag, tries) -> {
            Set<Flag> others = EnumSet.complementOf(EnumSet.of(flag));
            for (Function<String, Decision> feature : tries) {
                Decision off = feature.apply(document(others));
                assertThat(off.getRejection().getCode()).as(flag.key()).isEqualTo(RejectionCode.FEATURE_DISABLED);
                assertThat(off.getRejection().getDetails()).containsEntry("feature", flag.key());
                assertThat(off.getRejection().getMessage()).contains(flag.key());
                Decision on = feature.apply(document(EnumSet.of(flag, Flag.MUTABLE_GRAPH)));
                assertThat(on.getRejection() == null || on.getRejection().getCode() == RejectionCode.UNSUPPORTED)
                        .as("%s: %s", flag.key(), on.getRejection())
                        .isTrue();
            }
        });
    }

    @Test
    void aChangeOfTheFailureModeIsGuardedToo() {
        Team team = planned(document(EnumSet.of(Flag.MUTABLE_GRAPH)));
        TaskChange change = new TaskChange();
        change.setFailureMode(FailureMode.RECONCILABLE);
        assertThat(team.patch(Messages.update("a", change)).getRejection().getCode())
                .isEqualTo(RejectionCode.FEATURE_DISABLED);
    }

    @Test
    void allFlagsAreOffUnlessADocumentTurnsThemOn() {
        Policy nothing = Policy.parse("name: nothing");
        for (Flag flag : Flag.values()) {
            assertThat(nothing.on(flag)).as(flag.key()).isFalse();
        }
    }
}
