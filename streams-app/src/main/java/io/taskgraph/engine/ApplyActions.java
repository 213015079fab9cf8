package io.taskgraph.engine;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.GuardTripped;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.RuleNoted;
import io.taskgraph.engine.StandingAction.State;

/** What facts about agents' actions change in a run. */
final class ApplyActions {
    private ApplyActions() {}

    static void register(Applications to) {
        to.on(ActionAllowed.class, ApplyActions::allowed);
        to.on(ActionDenied.class, ApplyActions::denied);
        to.on(ActionPerformed.class, ApplyActions::performed);
        to.on(PolicyBypassDetected.class, (run, f, w) -> {
            RunHeader h = run.header().with(run.header().counts().bypassed());
            run.header(h.with(h.standing().heldBy(Standing.OPERATOR)));
        });
        to.on(GuardTripped.class, (run, f, w) -> {
            // What follows is told by further facts; that it tripped is for the record.
        });
        to.on(RuleNoted.class, (run, f, w) -> {
            // Without effect: for the record.
        });
    }

    private static void allowed(Run run, ActionAllowed f, Applications.Moment when) {
        StandingAction before = standing(run, f.getTaskId(), f.getTool(), f.getArgumentsDigest(), f.getAttempt());
        if (before != null && before.allowedAs(Vocabulary.risk(f.getRisk()))) {
            // The same allow, told again.
            put(run, before.alsoFor(f.getRequestId()));
            return;
        }
        run.header(run.header().with(run.header().counts().actionAllowed()));
        StandingAction answer = StandingAction.answer(
                f.getTaskId(), f.getAttempt(), f.getTool(), Texts.hex(f.getArgumentsDigest()), State.ALLOWED);
        answer(
                run,
                before,
                answer.to(f.getWorkerId(), f.getRequestId(), Vocabulary.risk(f.getRisk()))
                        .because(f.getRule(), f.getReason()),
                when);
    }

    private static void denied(Run run, ActionDenied f, Applications.Moment when) {
        StandingAction before = standing(run, f.getTaskId(), f.getTool(), f.getArgumentsDigest(), f.getAttempt());
        run.header(run.header().with(run.header().counts().actionDenied()));
        StandingAction answer = StandingAction.answer(
                f.getTaskId(), f.getAttempt(), f.getTool(), Texts.hex(f.getArgumentsDigest()), State.DENIED);
        answer(
                run,
                before,
                answer.to(f.getWorkerId(), f.getRequestId(), Vocabulary.risk(f.getRisk()))
                        .because(f.getRule(), f.getReason()),
                when);
    }

    private static StandingAction standing(Run run, String taskId, String tool, Digest arguments, int attempt) {
        return run.tables().actions.get(StandingAction.keyOf(taskId, tool, Texts.hex(arguments), attempt));
    }

    /** What was asked for and waited is answered; anything else was asked for anew. */
    private static void answer(Run run, StandingAction before, StandingAction now, Applications.Moment when) {
        if (before != null && before.state() == State.AWAITING) {
            answered(run, before, now.state(), now.rule(), now.reason(), when);
        } else {
            asked(run, when);
            put(run, now.after(before, when.at()));
        }
    }

    /** An action was asked for anew: it counts, whatever the answer. */
    static void asked(Run run, Applications.Moment when) {
        run.header(run.header().with(run.header().counts().actionWanted()));
        run.tables().actionTimes.put(ActionTimes.ID, run.actionTimes().with(when.at()));
    }

    private static void performed(Run run, ActionPerformed f, Applications.Moment when) {
        StandingAction allowed = run.tables()
                .actions
                .get(StandingAction.keyOf(
                        f.getTaskId(), f.getTool(), Texts.hex(f.getArgumentsDigest()), f.getAttempt()));
        put(run, allowed.answered(State.CLOSED, allowed.rule(), allowed.reason(), when.at()));
    }

    /** An approver, or the approval's end, has answered: the time of the attempt runs again. */
    private static void answered(
            Run run, StandingAction waiting, State state, String rule, String reason, Applications.Moment when) {
        put(run, waiting.answered(state, rule, reason, when.at()));
        run.look(waiting.taskId(), when.at());
    }

    static void put(Run run, StandingAction a) {
        run.tables().actions.put(a.key(), a);
    }
}
