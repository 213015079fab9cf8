package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActionDone;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskDispatched;
import io.taskgraph.avro.UsageRecorded;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Caps;
import io.taskgraph.policy.contract.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the policy promises, watched from outside: a second, plain account of what agents were allowed and have used up,
 * kept from inputs and decisions alone.
 */
final class Watch {
    private record Key(String task, int attempt, String tool, Digest arguments) {}

    /** An allow that was not used yet. */
    private record Allow(String worker, Risk risk, Set<String> requests) {}

    private final Map<Key, Allow> allows = new HashMap<>();
    private final Map<String, Integer> identical = new HashMap<>();
    private final List<Long> times = new ArrayList<>();
    private final Map<String, UsageRecorded> used = new TreeMap<>();
    /** How often each kind of fact came to pass, and each code. */
    final Map<String, Integer> seen;

    Watch(Map<String, Integer> seen) {
        this.seen = seen;
    }

    /** Watches one decision: the phase and policy are those before it, the run is as it is after it. */
    void decided(Input input, Decision d, io.taskgraph.avro.Phase phase, Policy before, Run run, String where) {
        d.getFacts().forEach(f -> seen.merge(RandomTeam.kindOf(f), 1, Integer::sum));
        if (d.getRejection() != null) {
            seen.merge(d.getRejection().getCode().name(), 1, Integer::sum);
        }
        assertThat(d.getOutcome() == Outcome.ACCEPTED || d.getFacts().isEmpty())
                .as(where)
                .isTrue();
        phases(d, phase, before, run, where);
        actions(input, d, where);
        if (d.getFacts().stream().anyMatch(f -> f.getPolicyBypassDetected() != null)) {
            assertThat(run.phase()).as(where).isNotEqualTo(io.taskgraph.avro.Phase.EXECUTING);
        }
        caps(d, run, where);
        budget(d, run, where);
        approvals(run, where);
    }

    private static void phases(Decision d, io.taskgraph.avro.Phase from, Policy before, Run run, String where) {
        io.taskgraph.avro.Phase at = from;
        Policy policy = before;
        for (Fact f : d.getFacts()) {
            PhaseChanged p = f.getPhaseChanged();
            if (f.getPolicyChanged() != null) {
                policy = Policy.parse(f.getPolicyChanged().getPolicyDocument());
            }
            if (p != null) {
                assertThat(p.getFrom()).as(where).isEqualTo(at);
                assertThat(policy.allows(Questions.phase(p.getFrom()), Questions.phase(p.getTo())))
                        .as("%s to %s; %s", p.getFrom(), p.getTo(), where)
                        .isTrue();
                at = p.getTo();
            }
        }
        assertThat(run.phase()).as(where).isEqualTo(at);
    }

    private void actions(Input input, Decision d, String where) {
        boolean granted = d.getFacts().stream().anyMatch(f -> f.getApprovalGranted() != null);
        for (Fact f : d.getFacts()) {
            ActionAllowed a = f.getActionAllowed();
            if (a != null) {
                allowed(a, granted, d, where);
            }
            ActionDenied no = f.getActionDenied();
            if (no != null) {
                Key key = new Key(no.getTaskId(), no.getAttempt(), no.getTool(), no.getArgumentsDigest());
                allows.remove(key);
                if (no.getRequestId().equals(d.getCause().getMessageId())) {
                    asked(key, d);
                }
            }
            ApprovalRequested w = f.getApprovalRequested();
            if (w != null && w.getKind() == ApprovalKind.ACTION) {
                Key key = new Key(w.getTaskId(), w.getAttempt(), w.getTool(), w.getArgumentsDigest());
                allows.remove(key);
                asked(key, d);
            }
        }
        if (input instanceof Input.OfReport r && r.report().getActionDone() != null) {
            done(r.report(), r.report().getActionDone(), d, where);
        }
    }

    private void allowed(ActionAllowed a, boolean granted, Decision d, String where) {
        Key key = new Key(a.getTaskId(), a.getAttempt(), a.getTool(), a.getArgumentsDigest());
        Allow before = allows.get(key);
        if (before != null && before.risk == a.getRisk()) {
            before.requests.add(a.getRequestId());
            return;
        }
        if (!granted) {
            asked(key, d);
        }
        assertThat(granted || a.getRequestId().equals(d.getCause().getMessageId()))
                .as(where)
                .isTrue();
        allows.put(key, new Allow(a.getWorkerId(), a.getRisk(), new HashSet<>(Set.of(a.getRequestId()))));
    }

    private void asked(Key k, Decision d) {
        times.add(d.getDecidedAt().toEpochMilli());
        identical.merge(k.task + "/" + k.tool + "/" + k.arguments, 1, Integer::sum);
    }

    /** Nobody acts unnoticed. */
    private void done(Report r, ActionDone done, Decision d, String where) {
        Key key = new Key(r.getTaskId(), r.getAttempt(), done.getTool(), done.getArgumentsDigest());
        Allow a = allows.get(key);
        boolean covered = a != null
                && a.worker.equals(r.getWorkerId())
                && a.risk == done.getRisk()
                && a.requests.contains(done.getRequestId());
        if (d.getOutcome() == Outcome.DUPLICATE) {
            return;
        }
        if (d.getOutcome() == Outcome.REJECTED) {
            assertThat(d.getRejection().getCode())
                    .as(where)
                    .isIn(RejectionCode.UNKNOWN_TASK, RejectionCode.NOT_DISPATCHED);
            return;
        }
        if (covered) {
            allows.remove(key);
        }
        assertThat(d.getFacts().stream().anyMatch(f -> f.getActionPerformed() != null))
                .as(where)
                .isEqualTo(covered);
        assertThat(d.getFacts().stream().anyMatch(f -> f.getPolicyBypassDetected() != null))
                .as(where)
                .isEqualTo(!covered);
    }

    private void caps(Decision d, Run run, String where) {
        Caps caps = run.policy().caps();
        assertThat(run.graph().liveSize()).as(where).isLessThanOrEqualTo(caps.maxTasks());
        assertThat(run.graph().inFlight()).as(where).isLessThanOrEqualTo(caps.maxWorkers());
        assertThat(run.tables().compensations.size()).as(where).isLessThanOrEqualTo(caps.maxCompensatingTasks());
        for (Task t : run.graph().tasks()) {
            assertThat(t.failures()).as(where).isLessThanOrEqualTo(caps.maxRetries() + 1);
        }
        long now = d.getDecidedAt().toEpochMilli();
        assertThat(times.size()).as("actions; %s", where).isLessThanOrEqualTo((int) caps.maxActions());
        assertThat(times.stream().filter(t -> t > now - 60_000).count())
                .as("actions a minute; %s", where)
                .isLessThanOrEqualTo(caps.maxActionsPerMinute());
        assertThat(identical.values()).as(where).allSatisfy(n -> assertThat(n)
                .isLessThanOrEqualTo(caps.maxIdenticalActions()));
    }

    private void budget(Decision d, Run run, String where) {
        boolean dispatched = false;
        boolean spent = false;
        for (Fact f : d.getFacts()) {
            TaskDispatched t = f.getTaskDispatched();
            dispatched |= t != null;
            UsageRecorded u = f.getUsageRecorded();
            if (u != null) {
                UsageRecorded known = used.put(u.getTaskId() + "#" + u.getAttempt(), u);
                spent = true;
                assertThat(known == null
                                || known.getTotal().getTokens() <= u.getTotal().getTokens())
                        .as(where)
                        .isTrue();
            }
        }
        Ledger l = run.ledger();
        long tokens = 0;
        for (UsageRecorded u : used.values()) {
            tokens += u.getTotal().getTokens();
        }
        assertThat(l.spent().tokens()).as("spent; %s", where).isEqualTo(tokens);
        long reserved = 0;
        for (String id : run.leases().all()) {
            TaskBudget b = run.budget(id);
            reserved += b.bound().tokens() == null
                    ? 0
                    : Math.max(0, b.bound().tokens() - b.used().tokens());
        }
        assertThat(l.reserved().tokens()).as("reserved; %s", where).isEqualTo(reserved);
        for (Usage.Resource r : Usage.Resource.values()) {
            if (dispatched) {
                assertThat(l.committed(r)).as(where).isLessThanOrEqualTo(r.of(l.limit()));
            }
            if (spent && r.of(l.spent()) > r.of(l.limit())) {
                assertThat(run.phase()).as(where).isNotEqualTo(io.taskgraph.avro.Phase.EXECUTING);
            }
        }
    }

    /** What waits for approval is just what is there to be approved. */
    private static void approvals(Run run, String where) {
        Set<String> tasks = new HashSet<>();
        int plans = 0;
        for (Approval a : run.pendingApprovals()) {
            switch (a.kind()) {
                case PLAN -> plans++;
                case TASK -> tasks.add(a.taskId());
                case RESULT -> {
                    Task t = run.graph().task(a.taskId());
                    assertThat(t.status() == Status.SUBMITTED && t.attempt() == a.attempt())
                            .as(where)
                            .isTrue();
                }
                default -> {
                    Task t = run.graph().task(a.taskId());
                    assertThat(t.status().isInFlight() && t.attempt() == a.attempt())
                            .as(where)
                            .isTrue();
                    assertThat(WorkingTime.standsStill(run, t)).as(where).isTrue();
                }
            }
        }
        assertThat(plans).as(where).isEqualTo(run.phase() == io.taskgraph.avro.Phase.AWAIT_APPROVAL ? 1 : 0);
        Set<String> waiting = new HashSet<>();
        for (Task t : run.graph().tasks()) {
            if (t.status() == Status.AWAITING_APPROVAL) {
                waiting.add(t.id());
            }
        }
        assertThat(tasks).as(where).isEqualTo(waiting);
    }
}
