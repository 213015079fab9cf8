package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Messages.undoable;
import static io.taskgraph.engine.Messages.undoing;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.ActionWanted;
import io.taskgraph.avro.AddDependency;
import io.taskgraph.avro.AddTask;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.ArchiveTask;
import io.taskgraph.avro.AttemptError;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.CancelTask;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.CreateRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.ForgetRun;
import io.taskgraph.avro.GateOutcome;
import io.taskgraph.avro.GateVerdict;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.MoveTask;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.ParentRun;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.ProposeExtension;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.RecordGates;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.Released;
import io.taskgraph.avro.RemoveDependency;
import io.taskgraph.avro.RemoveTask;
import io.taskgraph.avro.ResolveTask;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.RetireExtension;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.RevokeExtension;
import io.taskgraph.avro.SaveCheckpoint;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.avro.Started;
import io.taskgraph.avro.Submitted;
import io.taskgraph.avro.SuspendExtension;
import io.taskgraph.avro.TakeSnapshot;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.UpdateTask;
import io.taskgraph.avro.UsageSoFar;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.Policy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
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
        features.put(
                Flag.PRIORITY_MAILBOX,
                List.of(
                        document -> planned(document).direct(new SendMessage(alert())),
                        document -> planned(document).report("w", "a", 1, new SendMessage(alert())),
                        FlagTest::written));
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

    private static MessageSpec alert() {
        return MessageSpec.newBuilder()
                .setRecipient(Mailboxes.LEAD)
                .setKind(MessageKind.ALERT)
                .build();
    }

    /** By a planner, with its patch. */
    private static Decision written(String document) {
        Team team = planned(document);
        Mutation m = Messages.mutation("r", "m", List.of());
        m.setMessages(List.of(alert()));
        return team.tell(m);
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

    /** What each kind of operation, report and directive is guarded by; those that are not here, by nothing. */
    private static final Map<Class<?>, Flag> GUARDS = Map.ofEntries(
            Map.entry(AddTask.class, Flag.MUTABLE_GRAPH),
            Map.entry(UpdateTask.class, Flag.MUTABLE_GRAPH),
            Map.entry(RemoveTask.class, Flag.MUTABLE_GRAPH),
            Map.entry(AddDependency.class, Flag.MUTABLE_GRAPH),
            Map.entry(RemoveDependency.class, Flag.MUTABLE_GRAPH),
            Map.entry(ArchiveTask.class, Flag.MUTABLE_GRAPH),
            Map.entry(RetryTask.class, Flag.RECONCILE),
            Map.entry(SkipTask.class, Flag.RECONCILE),
            Map.entry(ResolveTask.class, Flag.RECONCILE),
            Map.entry(MoveTask.class, Flag.RECONCILE),
            Map.entry(SendMessage.class, Flag.PRIORITY_MAILBOX),
            Map.entry(NeedsContext.class, Flag.PRIORITY_MAILBOX),
            Map.entry(SaveCheckpoint.class, Flag.TRACE_REPLAY),
            Map.entry(TakeSnapshot.class, Flag.TRACE_REPLAY),
            Map.entry(ForgetRun.class, Flag.TRACE_REPLAY),
            Map.entry(RecordGates.class, Flag.REGRESSION_GATES));

    /** … and those that are guarded by nothing. */
    private static final Set<Class<?>> FREE = Set.of(
            // Reading what came while the flag was on.
            MailRead.class,
            Started.class,
            Submitted.class,
            AttemptError.class,
            Released.class,
            ActionWanted.class,
            ActionDone.class,
            UsageSoFar.class,
            PauseRun.class,
            ResumeRun.class,
            CancelRun.class,
            CancelTask.class,
            ReleaseRun.class,
            Approve.class,
            Deny.class,
            RaiseBudget.class,
            ChangePolicy.class,
            SetCap.class,
            // Of the registry's run: what is guarded is that something comes in.
            EnableExtension.class,
            SuspendExtension.class,
            RetireExtension.class,
            RevokeExtension.class);

    /** A kind that is new has to be put on one list or the other, and does what that list says. */
    @Test
    void everyKindOfInputIsGuardedByTheFlagThatIsSaidOrByNone() {
        Set<Class<?>> all = new HashSet<>(Patch.kinds());
        all.addAll(ReportDecider.kinds());
        all.addAll(DirectiveDecider.kinds());
        Set<Class<?>> listed = new HashSet<>(GUARDS.keySet());
        listed.addAll(FREE);
        assertThat(listed).as("every kind is on a list").isEqualTo(all);
        for (Class<?> kind : all) {
            tried(kind).forEach((how, off) -> {
                Rejection r = off.getRejection();
                String by = r != null && r.getCode() == RejectionCode.FEATURE_DISABLED
                        ? r.getDetails().get("feature")
                        : null;
                Flag guard = GUARDS.get(kind);
                assertThat(by)
                        .as("%s: %s %s", how, kind.getSimpleName(), r)
                        .isEqualTo(guard == null ? null : guard.key());
            });
        }
    }

    /** The kind, by whoever may send it, with all flags off. */
    private static Map<String, Decision> tried(Class<?> kind) {
        SpecificRecord sample = (SpecificRecord) sample(SpecificData.get().getSchema(kind));
        String off = document(EnumSet.noneOf(Flag.class));
        Map<String, Decision> tried = new TreeMap<>();
        if (Patch.kinds().contains(kind)) {
            tried.put("mutation", planned(off).patch(Messages.op(sample)));
        }
        if (ReportDecider.kinds().contains(kind)) {
            tried.put("report", planned(off).report("w", "a", 1, sample));
        }
        if (DirectiveDecider.kinds().contains(kind)) {
            tried.put("directive", planned(off).direct(sample));
        }
        return tried;
    }

    /** Any value of the schema: a record with its defaults, and about task a where it names one. */
    private static Object sample(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> {
                SpecificRecord record = (SpecificRecord)
                        SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
                for (Schema.Field f : schema.getFields()) {
                    Object value = f.hasDefaultValue()
                            ? SpecificData.get()
                                    .deepCopy(f.schema(), SpecificData.get().getDefaultValue(f))
                            : sample(f.schema());
                    record.put(f.pos(), value);
                }
                yield record;
            }
            case STRING -> "a";
            case INT -> 1;
            case LONG -> 1L;
            case BOOLEAN -> true;
            case ARRAY -> new ArrayList<>();
            case MAP -> new HashMap<>();
            case ENUM ->
                SpecificData.get()
                        .createEnum(
                                schema.getEnumSymbols()
                                        .get(schema.getEnumSymbols().size() - 1),
                                schema);
            case UNION -> sample(schema.getTypes().get(0));
            case NULL -> null;
            case FIXED -> SpecificData.get().createFixed(null, new byte[schema.getFixedSize()], schema);
            default -> throw new IllegalArgumentException("no sample of " + schema);
        };
    }

    /** Fields that are guarded each have a line in {@link #features()}; one that is new has to be put on a list. */
    @Test
    void everyFieldOfWhatPlannersSayIsKnownToBeGuardedOrNot() {
        fields(
                TaskSpec.getClassSchema(),
                // By reconcile.
                List.of("failureMode", "compensates", "compensation"),
                List.of(
                        "taskId",
                        "title",
                        "dependsOn",
                        "priority",
                        "risk",
                        "agentType",
                        "assignee",
                        "payload",
                        "expectedMillis",
                        "budget",
                        "limits",
                        "toolpacks"));
        fields(
                TaskChange.getClassSchema(),
                List.of("failureMode"),
                List.of(
                        "title",
                        "priority",
                        "risk",
                        "agentType",
                        "assignee",
                        "payload",
                        "expectedMillis",
                        "budget",
                        "limits",
                        "toolpacks"));
        fields(
                CreateRun.getClassSchema(),
                // By hierarchy, and by trace_replay.
                List.of("parent", "origin"),
                List.of("name", "goal", "preset", "labels", "budget", "trace", "pins"));
        fields(
                Mutation.getClassSchema(),
                // By trust_gating; a run that takes restored tasks was created with an origin; the others are looked at
                // above.
                List.of("proposeExtension", "restore", "createRun", "operations", "messages", "mailRead"),
                List.of("runId", "messageId", "actor", "sentAt", "expectedVersion"));
    }

    private static void fields(Schema schema, List<String> guarded, List<String> free) {
        List<String> all = new ArrayList<>(guarded);
        all.addAll(free);
        assertThat(schema.getFields())
                .as(schema.getName())
                .extracting(Schema.Field::name)
                .containsExactlyInAnyOrderElementsOf(all);
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
