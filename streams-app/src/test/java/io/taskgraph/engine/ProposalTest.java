package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.mode;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Messages.submitted;
import static io.taskgraph.engine.Messages.undoable;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.AttemptFailed;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.FailureMode;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.ProposalRefused;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RunSlowed;
import io.taskgraph.avro.SlowdownEnded;
import io.taskgraph.avro.TaskBriefed;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.TaskRequeued;
import io.taskgraph.engine.Situation.Trigger;
import io.taskgraph.graph.Status;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every proposal, about every trigger: taken where it may be, else refused, recorded, and answered by a call. */
class ProposalTest {
    private static final Set<Trigger> ALL = EnumSet.allOf(Trigger.class);
    /** When a worker that is heard holds the lease. */
    private static final Set<Trigger> LEASED = EnumSet.of(Trigger.OVERDUE, Trigger.CONTEXT_WANTED);

    private static final Set<Trigger> OPEN =
            without(ALL, Trigger.OVERDUE, Trigger.CONTEXT_WANTED, Trigger.TO_BE_REPAIRED);

    /** By word: the triggers about which it is taken. */
    private static final Map<String, Set<Trigger>> TAKEN = new TreeMap<>(Map.ofEntries(
            Map.entry("noop", EnumSet.range(Trigger.NOT_TAKEN_UP, Trigger.TO_BE_REPAIRED)),
            Map.entry("request context", without(ALL, Trigger.CONTEXT_WANTED, Trigger.TO_BE_REPAIRED)),
            Map.entry("retry", OPEN),
            Map.entry("reassign", OPEN),
            Map.entry("defer", without(OPEN, Trigger.SET_ASIDE)),
            Map.entry("fail", OPEN),
            Map.entry("compensate", without(ALL, Trigger.OVERDUE, Trigger.CONTEXT_WANTED)),
            Map.entry("slow down", ALL),
            Map.entry("pause", ALL),
            Map.entry("escalate", ALL),
            Map.entry("fail run", ALL)));

    private static Set<Trigger> without(Set<Trigger> from, Trigger... less) {
        Set<Trigger> rest = EnumSet.copyOf(from);
        rest.removeAll(Arrays.asList(less));
        return rest;
    }

    private static List<String> kinds(Decision d) {
        return d.getFacts().stream().map(RandomTeam::kindOf).toList();
    }

    private static List<ProposalRefused> refused(Decision d) {
        return d.getFacts().stream()
                .map(Fact::getProposalRefused)
                .filter(r -> r != null)
                .toList();
    }

    @Test
    void eachProposalOfTheIssueHasAHandlerAndIsTriedHere() {
        Set<Class<?>> all = Set.of(Proposal.class.getPermittedSubclasses());
        assertThat(Proposals.kinds()).isEqualTo(all);
        assertThat(TAKEN.keySet().stream()
                        .map(word -> TestStrategies.AsTold.proposal(word).getClass())
                        .collect(Collectors.toSet()))
                .isEqualTo(all);
    }

    @TestFactory
    Stream<DynamicTest> aboutEveryTrigger() {
        return TAKEN.entrySet().stream().flatMap(e -> ALL.stream()
                .map(trigger -> DynamicTest.dynamicTest(
                        e.getKey() + " about " + trigger,
                        () -> propose(trigger, e.getKey(), e.getValue().contains(trigger)))));
    }

    private static void propose(Trigger trigger, String word, boolean taken) {
        // Noop about a timer leaves no record: something else is proposed with it.
        boolean silent = word.equals("noop") && taken;
        Team team = Loop.team("as-told", "");
        Decision d = Loop.about(team, trigger, silent ? "noop+escalate" : word);
        assertThat(d.getRejection()).isNull();
        if (taken) {
            assertThat(refused(d)).isEmpty();
        } else {
            assertThat(refused(d)).hasSize(1);
            assertThat(refused(d).get(0).getProposal()).isEqualTo(word);
            assertThat(kinds(d)).contains("Escalated");
        }
        // What is refused about a failure is answered by setting the task aside; a lease that is alive stays.
        Status after = team.status("t");
        if (!taken && trigger.isFailure()) {
            assertThat(after).isEqualTo(Status.DEFERRED);
        } else if (LEASED.contains(trigger) && !word.equals("fail run")) {
            assertThat(after).isEqualTo(Status.RUNNING);
        }
        assertThat(team.run.phase())
                .isEqualTo(
                        word.equals("pause")
                                ? Phase.AWAIT_USER
                                : word.equals("fail run") ? Phase.FAILED : Phase.EXECUTING);
        assertThat(kinds(d).contains("PassMade"))
                .as("a pass that changed something is recorded")
                .isEqualTo(trigger.isOfPass());
        RunImage image = RunImage.of(team.run);
        team.reload();
        assertThat(RunImage.of(team.run)).isEqualTo(image);
    }

    @Test
    void aRunIsSlowedDownForAWhile() {
        Team team = Loop.team("as-told", "");
        Decision d = Loop.about(team, Trigger.ATTEMPT_FAILED, "slow down+retry");
        Team.assertAccepted(
                d,
                new AttemptFailed("t", 1, "w", "no disk", true, null),
                new RunSlowed(1, Instant.ofEpochMilli(team.now + 60_000), "as told"));
        assertThat(Dispatching.slots(team.run)).as("other is out").isEqualTo(1);
        team.reload();
        team.now += 59_999;
        assertThat(team.timer(Loop.all(team))).isEmpty();
        assertThat(team.run.nextDue()).isEqualTo(team.now + 1);
        team.now++;
        Team.assertAccepted(
                team.timer(Loop.all(team)).orElseThrow(),
                new SlowdownEnded("its time is over"),
                new TaskDispatched("t", 2, null));
    }

    @Test
    void aSlowdownThatIsNoneOrForEverIsRefused() {
        for (String word : List.of("stand still", "slow down for ever")) {
            Decision d = Loop.about(Loop.team("as-told", ""), Trigger.ATTEMPT_FAILED, word + "+retry");
            assertThat(refused(d)).hasSize(1);
        }
        Decision d = Loop.about(Loop.team("as-told", "").slowed(), Trigger.ATTEMPT_FAILED, "slow down+retry");
        assertThat(refused(d).get(0).getReason()).startsWith("to 1 workers is no slowing down");
    }

    @Test
    void whatThePlannersAnswerGoesWithTheNextAttempt() {
        Team team = Loop.team("as-told", "");
        Decision d = Loop.about(team, Trigger.ATTEMPT_FAILED, "request context");
        assertThat(kinds(d))
                .containsExactly("AttemptFailed", "MessageQueued", "ContextRequested", "TaskDeferred", "WatchBegun");
        String question = d.getFacts().get(1).getMessageQueued().getMessageId();
        assertThat(d.getFacts().get(1).getMessageQueued().getMessage().getRecipient())
                .isEqualTo(Mailboxes.LEAD);
        team.reload();
        assertThat(team.run.contextWanted("t").isOfControlPlane()).isTrue();
        Decision answered = answer(team, question, "the disk is /b");
        assertThat(answered.getFacts())
                .map(Facts::kind)
                .startsWith(
                        new TaskBriefed("t", question, "the disk is /b"),
                        new TaskRequeued("t", "what was asked about it was answered"),
                        new TaskDispatched("t", 2, null));
        assertThat(team.run.progressOf("t")).isEqualTo("the disk is /b");
        assertThat(team.run.contextWanted("t")).isNull();
        assertThat(answer(team, question, "or not").getRejection().getCode()).isEqualTo(RejectionCode.UNKNOWN_MESSAGE);
    }

    private static Decision answer(Team team, String question, String text) {
        MessageSpec m = MessageSpec.newBuilder()
                .setRecipient(Mailboxes.CONTROL_PLANE)
                .setKind(MessageKind.CONTEXT)
                .setReplyTo(question)
                .setBody(text)
                .build();
        Mutation mutation = Messages.mutation(team.runId, team.nextMessageId(), List.of());
        mutation.setMessages(List.of(m));
        return team.tell(mutation);
    }

    @Test
    void whatIsNoAnswerToTheControlPlaneIsThePlanners() {
        Team team = Loop.team("as-told", "");
        team.patch(add("t"));
        Mutation mutation = Messages.mutation(team.runId, team.nextMessageId(), List.of());
        mutation.setMessages(List.of(MessageSpec.newBuilder()
                .setRecipient(Mailboxes.CONTROL_PLANE)
                .setKind(MessageKind.PROGRESS)
                .build()));
        Decision d = team.tell(mutation);
        assertThat(d.getFacts().get(0).getMessageQueued().getMessage().getRecipient())
                .isEqualTo(Mailboxes.LEAD);
    }

    @Test
    void aBranchIsGivenUpWhateverItsFailureMode() {
        Team team = Loop.team("as-told", "");
        team.patch(
                add(undoable(spec("before"))),
                add(mode(FailureMode.RECONCILABLE, Loop.told("ATTEMPT_FAILED:compensate", spec("t", "before")))),
                add("next", "t"));
        team.start("w", "before", 1);
        team.report("w", "before", 1, submitted("did"));
        team.start("w", "t", 1);
        Decision d = team.report("w", "t", 1, Messages.failed("no disk", true));
        assertThat(kinds(d)).containsExactly("AttemptFailed", "TaskResolved", "TaskAdded", "TaskDispatched");
        assertThat(team.status("next")).isEqualTo(Status.CANCELLED);
        assertThat(team.task("undo/before")).isNotNull();
    }

    @Test
    void aCycleThroughCompensationCannotBe() {
        // An undoing that fails, whose strategy gives its branch up, is undone by nothing.
        Team team = Loop.team("as-told", "");
        team.patch(add(undoable(spec("before"))), add(Loop.told("ATTEMPT_FAILED:compensate", spec("t", "before"))));
        team.start("w", "before", 1);
        team.report("w", "before", 1, submitted("did"));
        team.start("w", "t", 1);
        team.report("w", "t", 1, Messages.failed("no disk", true));
        var change = new io.taskgraph.avro.TaskChange();
        change.setAgentType("ATTEMPT_FAILED:compensate");
        team.patch(Messages.update("undo/before", change));
        team.start("w", "undo/before", 1);
        Decision d = team.report("w", "undo/before", 1, Messages.failed("no way", true));
        assertThat(kinds(d))
                .startsWith("AttemptFailed", "TaskResolved", "Escalated")
                .doesNotContain("TaskAdded");
        assertThat(team.run.tables().compensations.size()).isEqualTo(1);
    }

    @Test
    void compensatingNeedsRoomUnderTheCap() {
        Team team = Loop.team("as-told", "max_compensating_tasks: 0");
        Decision d = Loop.about(team, Trigger.ATTEMPT_FAILED, "compensate");
        assertThat(refused(d).get(0).getReason()).isEqualTo("max_compensating_tasks is 0: nothing may be undone");
        assertThat(team.status("t")).isEqualTo(Status.DEFERRED);
    }

    @Test
    void aStrategyThatAsksItselfWithoutEndIsRecordedAndAnsweredByACall() {
        Team team = Loop.team("loops", "");
        team.patch(add("t"));
        team.start("w", "t", 1);
        Decision d = team.report("w", "t", 1, Messages.failed("no disk", true));
        assertThat(kinds(d))
                .containsExactly("AttemptFailed", "ProposalRefused", "Escalated", "TaskDeferred", "WatchBegun");
        assertThat(refused(d).get(0).getReason()).isEqualTo("it threw java.lang.StackOverflowError");
    }
}
