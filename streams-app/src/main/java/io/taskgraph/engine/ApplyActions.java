package io.taskgraph.engine;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.GuardTripped;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.RuleNoted;
import io.taskgraph.engine.StandingAction.State;
import java.util.List;

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
        String key =
                StandingAction.keyOf(f.getTaskId(), f.getTool(), Texts.hex(f.getArgumentsDigest()), f.getAttempt());
        StandingAction before = run.tables().actions.get(key);
        if (before != null && before.allowedAs(Vocabulary.risk(f.getRisk()))) {
            // The same allow, told again.
            put(run, before.alsoFor(f.getRequestId()));
            return;
        }
        run.header(run.header().with(run.header().counts().actionAllowed()));
        if (before != null && before.state() == State.AWAITING) {
            answered(run, before, State.ALLOWED, f.getRule(), f.getReason(), when);
        } else {
            asked(run, when);
            put(
                    run,
                    new StandingAction(
                            f.getTaskId(),
                            f.getAttempt(),
                            f.getTool(),
                            Texts.hex(f.getArgumentsDigest()),
                            f.getWorkerId(),
                            Vocabulary.risk(f.getRisk()),
                            State.ALLOWED,
                            List.of(f.getRequestId()),
                            before == null ? 1 : before.wanted() + 1,
                            f.getRule(),
                            f.getReason(),
                            null,
                            when.at(),
                            before == null ? 0 : before.waited()));
        }
    }

    private static void denied(Run run, ActionDenied f, Applications.Moment when) {
        run.header(run.header().with(run.header().counts().actionDenied()));
        String key =
                StandingAction.keyOf(f.getTaskId(), f.getTool(), Texts.hex(f.getArgumentsDigest()), f.getAttempt());
        StandingAction before = run.tables().actions.get(key);
        if (before != null && before.state() == State.AWAITING) {
            answered(run, before, State.DENIED, f.getRule(), f.getReason(), when);
            return;
        }
        asked(run, when);
        put(
                run,
                new StandingAction(
                        f.getTaskId(),
                        f.getAttempt(),
                        f.getTool(),
                        Texts.hex(f.getArgumentsDigest()),
                        f.getWorkerId(),
                        Vocabulary.risk(f.getRisk()),
                        State.DENIED,
                        List.of(f.getRequestId()),
                        before == null ? 1 : before.wanted() + 1,
                        f.getRule(),
                        f.getReason(),
                        null,
                        when.at(),
                        before == null ? 0 : before.waited()));
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
