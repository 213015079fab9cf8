package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Report;
import io.taskgraph.graph.FailureMode;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Caps;
import io.taskgraph.query.RunView;
import io.taskgraph.query.why.Waiting;
import io.taskgraph.query.why.Waits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What holds whatever agents do: no task is done twice, no report is accepted under a lease that is over, caps hold, a run
 * loaded again decides the same, its log folds to where it stands, and whoever has not ended waits for something named.
 */
final class SwarmWatch {
    private final Team team;
    private final RunView view;
    private final Map<String, Integer> seen;
    private final Set<String> completed = new HashSet<>();
    /** Failed attempts since somebody last took the task up anew. */
    private final Map<String, Integer> failures = new HashMap<>();

    SwarmWatch(Team team, Map<String, Integer> seen) {
        this.team = team;
        this.seen = seen;
        this.view = WhyTest.view(team);
    }

    /**
     * Has the team decide, and watches.
     *
     * @param twice whether a run loaded from what is stored is asked as well
     */
    Optional<Decision> decide(Input input, boolean twice, String where) {
        Task before = input instanceof Input.OfReport r ? team.task(r.report().getTaskId()) : null;
        Decision again = null;
        if (twice && input.messageId().isEmpty()) {
            Team loaded = new Team("r");
            loaded.reload(new ArrayList<>(team.stored.values()));
            long at = Math.max(team.now, loaded.run.lastDecidedAt());
            again = loaded.engine.decide(loaded.run, input, at);
        }
        if (twice) {
            RunImage image = RunImage.of(team.run);
            team.engine.decide(team.run, input, Math.max(team.now, team.run.lastDecidedAt()));
            assertThat(RunImage.of(team.run))
                    .as("deciding leaves no trace; %s", where)
                    .isEqualTo(image);
        }
        Optional<Decision> d = team.step(input).map(Decided::decision);
        if (again != null) {
            assertThat(again.getFacts())
                    .as("a run loaded again decides the same; %s", where)
                    .isEqualTo(d.map(Decision::getFacts).orElse(List.of()));
        }
        d.ifPresent(decision -> {
            if (input instanceof Input.OfReport r && decision.getOutcome() == Outcome.ACCEPTED) {
                fenced(before, r.report(), where);
            }
            saw(decision, where);
        });
        return d;
    }

    private static void fenced(Task before, Report r, String where) {
        assertThat(r.getAttempt()).as(where).isEqualTo(before.attempt());
        assertThat(before.status()).as(where).isIn(Status.DISPATCHED, Status.RUNNING);
        assertThat(before.status() == Status.DISPATCHED || r.getWorkerId().equals(before.workerId()))
                .as(where)
                .isTrue();
    }

    /** A decision was made, here or elsewhere. */
    void saw(Decision d, String where) {
        view.accept(d);
        Caps caps = team.run.policy().caps();
        boolean offers = false;
        for (Fact f : d.getFacts()) {
            seen.merge(RandomTeam.kindOf(f), 1, Integer::sum);
            offers |= f.getTaskDispatched() != null;
            if (f.getTaskCompleted() != null) {
                assertThat(completed.add(f.getTaskCompleted().getTaskId()))
                        .as("done once; %s", where)
                        .isTrue();
            }
            if (f.getAttemptFailed() != null) {
                int n = failures.merge(f.getAttemptFailed().getTaskId(), 1, Integer::sum);
                assertThat(n).as("max_retries; %s", where).isLessThanOrEqualTo(caps.maxRetries() + 1);
            }
            if (f.getTaskReopened() != null) {
                failures.remove(f.getTaskReopened().getTaskId());
            }
            if (f.getTaskRequeued() != null) {
                failures.remove(f.getTaskRequeued().getTaskId());
            }
        }
        if (offers) {
            assertThat(team.run.graph().inFlight()).as(where).isLessThanOrEqualTo(Dispatching.slots(team.run));
        }
        assertThat(team.run.graph().inFlight()).as(where).isLessThanOrEqualTo(caps.maxWorkers());
        assertThat(team.run.tables().compensations.size()).as(where).isLessThanOrEqualTo(caps.maxCompensatingTasks());
        assertThat(team.run.quarantine()).as(where).isNull();
    }

    /** Whether others wait until the task is repaired. */
    boolean isToBeRepaired(Task t) {
        return t.status() == Status.FAILED
                && t.spec().failureMode() == FailureMode.RECONCILABLE
                && team.run.graph().dependents(t.id()).stream()
                        .anyMatch(id -> !team.task(id).status().isTerminal());
    }

    /** What the run waits for, in words. */
    String waits() {
        return Waits.of(view).run().toString();
    }

    void checkReasons(String where) {
        Waits waits = Waits.of(view);
        assertThat(waits.run().reasons()).as(where).isNotEmpty();
        for (Task t : team.run.graph().tasks()) {
            Waiting w = waits.task(t.id()).orElseThrow();
            assertThat(w.reasons()).as("task %s; %s", t.id(), where).isNotEmpty();
            if (!t.status().isTerminal()) {
                assertThat(w.reasons())
                        .as("task %s is %s; %s", t.id(), t.status(), where)
                        .allMatch(r -> !r.frees().isBlank());
            }
        }
    }

    void ended(String where) {
        assertThat(team.run.graph().unfinished()).as(where).isZero();
        assertThat(team.run.leases().all()).as(where).isEmpty();
        EngineProperties.fold(Run.of("r"), team.log, 0, where);
        if (team.strict != null) {
            ReplayProperties.assertReplaysStrictly(team, where);
        }
        RunImage image = RunImage.of(team.run);
        team.reload();
        assertThat(RunImage.of(team.run)).as(where).isEqualTo(image);
    }
}
