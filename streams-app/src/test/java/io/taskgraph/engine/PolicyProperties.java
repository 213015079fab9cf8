package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.decision.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Whatever planners, agents and operators say, under whatever policy: no illegal transition, no cap exceeded, no budget
 * overdrawn unstopped, no action unnoticed. Each failure names its seed.
 */
class PolicyProperties {
    private final long seed = Seeds.seed();
    private final Random random = new Random(seed);
    private final Map<String, Integer> seen = new TreeMap<>();

    @Test
    void noSequenceOfInputsBreaksThePolicy() {
        for (int round = 0; round < Integer.getInteger("taskgraph.rounds", 300); round++) {
            RandomTeam people = new RandomTeam(random);
            String document = people.policy();
            Team team = Team.under(document);
            Watch watch = new Watch(seen);
            List<List<EntryChange>> stores = new ArrayList<>(List.of(List.copyOf(team.stored.values())));
            for (int step = 0; step < 150; step++) {
                String where = "seed " + seed + ", round " + round + ", step " + step + "\n" + document;
                team.now += random.nextInt(random.nextInt(10) == 0 ? 30_000 : 2_000);
                Input input = people.input(team);
                inquire(team, input, where);
                Phase phase = team.run.phase();
                Policy policy = team.run.policy();
                Optional<Decided> decided = team.step(input);
                if (decided.isPresent()) {
                    watch.decided(
                            input, decided.get().decision(), phase, policy, team.run, where + input + decided.get());
                    stores.add(List.copyOf(team.stored.values()));
                }
                if (input instanceof Input.OfTimer timer) {
                    team.run.postpone(Math.max(team.now, team.run.lastDecidedAt()), timer.liveness());
                    assertThat(team.run.nextDue()).as(where).isGreaterThan(team.now);
                }
                if (random.nextInt(15) == 0) {
                    reload(team, where);
                }
                // What is said to a run that has ended is tried for a while, and then another run.
                if (team.run.phase() == Phase.FAILED && random.nextInt(10) == 0) {
                    break;
                }
            }
            EngineProperties.fold(Run.of("r"), team.log, 0, "seed " + seed + ", round " + round);
            int split = random.nextInt(stores.size());
            Team from = new Team("r");
            from.reload(stores.get(split));
            EngineProperties.fold(from.run, team.log, split + 1, "seed " + seed + ", round " + round);
        }
        assertThat(seen)
                .as("seed %s", seed)
                .containsKeys(
                        "ActionAllowed",
                        "ActionDenied",
                        "ActionPerformed",
                        "PolicyBypassDetected",
                        "ApprovalRequested",
                        "ApprovalGranted",
                        "ApprovalDenied",
                        "ApprovalExpired",
                        "ApprovalInvalidated",
                        "UsageRecorded",
                        "BudgetExhausted",
                        "BudgetRaised",
                        "GuardTripped",
                        "RuleNoted",
                        "PolicyChanged",
                        "CapReached",
                        "CAP_EXCEEDED",
                        "DENIED",
                        "SELF_APPROVAL",
                        "NOT_AN_APPROVER",
                        "ALREADY_APPROVED",
                        "REASON_REQUIRED");
    }

    private void reload(Team team, String where) {
        RunImage before = RunImage.of(team.run);
        List<EntryChange> entries = new ArrayList<>(team.stored.values());
        Collections.shuffle(entries, random);
        team.reload(entries);
        assertThat(RunImage.of(team.run)).as(where).isEqualTo(before);
    }

    /** What the policy was asked can be asked again, and it answers what was recorded. */
    private static void inquire(Team team, Input input, String where) {
        RunImage before = RunImage.of(team.run);
        Decision d = team.engine.decide(team.run, input, Math.max(team.now, team.run.lastDecidedAt()));
        List<Inquiry> asked = Inquiries.of(team.run, d, input instanceof Input.OfMutation m ? m.mutation() : null);
        assertThat(RunImage.of(team.run)).as(where).isEqualTo(before);
        for (Inquiry i : asked) {
            if (i instanceof Inquiry.Routed) {
                assertThat(left(d, Phase.EXECUTING))
                        .as("%s; %s; %s", i, d, where)
                        .contains(Phase.valueOf(i.answer(i.pinned()).word()));
            } else {
                Verdict verdict = i.pinned().judge(i.question()).verdict();
                assertThat(recorded(d, i)).as("%s; %s; %s", i, d, where).contains(verdict);
            }
        }
        assertThat(asked.stream().filter(i -> i instanceof Inquiry.Routed).count())
                .as("%s; %s", d, where)
                .isGreaterThanOrEqualTo(left(d, Phase.EXECUTING).contains(Phase.SYNTHESIZING) ? 1 : 0)
                .isLessThanOrEqualTo(1);
        assertThat(asked.stream().filter(i -> i.about().startsWith("action")).count())
                .as("%s; %s", d, where)
                .isLessThanOrEqualTo(1);
    }

    /** Where the run went from a phase. */
    private static List<Phase> left(Decision d, Phase from) {
        return d.getFacts().stream()
                .map(Fact::getPhaseChanged)
                .filter(p -> p != null && p.getFrom() == from)
                .map(PhaseChanged::getTo)
                .toList();
    }

    /** The verdicts that go with what followed. */
    private static List<Verdict> recorded(Decision d, Inquiry i) {
        return switch (i.question().asked()) {
            case CREATE, PATCH -> List.of(d.getOutcome() == Outcome.ACCEPTED ? Verdict.ALLOW : Verdict.DENY);
            case PLAN -> ofPlan(d);
            case DISPATCH -> ofDispatch(d, i.question().task().id());
            case ACTION -> ofAction(d);
        };
    }

    private static List<Verdict> ofPlan(Decision d) {
        for (Fact f : d.getFacts()) {
            PhaseChanged p = f.getPhaseChanged();
            if (p != null && p.getFrom() == Phase.PLANNING) {
                return switch (p.getTo()) {
                    case EXECUTING -> List.of(Verdict.ALLOW);
                    // It may be the phases that let no plan pass without approval.
                    case AWAIT_APPROVAL -> List.of(Verdict.AWAIT_APPROVAL, Verdict.ALLOW);
                    default -> List.of(Verdict.DENY, Verdict.AWAIT_APPROVAL, Verdict.ALLOW);
                };
            }
        }
        return List.of();
    }

    private static List<Verdict> ofDispatch(Decision d, String task) {
        for (Fact f : d.getFacts()) {
            if (f.getTaskDispatched() != null
                    && f.getTaskDispatched().getTaskId().equals(task)) {
                // If it wants approval it has got it before.
                return List.of(Verdict.ALLOW, Verdict.AWAIT_APPROVAL);
            }
            if (f.getTaskDeferred() != null
                    && f.getTaskDeferred().getTaskId().equals(task)
                    && f.getTaskDeferred().getReason().startsWith("rule ")) {
                return List.of(Verdict.DENY);
            }
            if (f.getTaskFailed() != null
                    && f.getTaskFailed().getTaskId().equals(task)
                    && f.getTaskFailed().getReason().startsWith("rule ")) {
                return List.of(Verdict.DENY);
            }
            if (f.getApprovalRequested() != null
                    && task.equals(f.getApprovalRequested().getTaskId())) {
                return List.of(Verdict.AWAIT_APPROVAL);
            }
        }
        return List.of();
    }

    private static List<Verdict> ofAction(Decision d) {
        for (Fact f : d.getFacts()) {
            if (f.getActionAllowed() != null) {
                return List.of(Verdict.ALLOW);
            }
            if (f.getActionDenied() != null) {
                return List.of(Verdict.DENY);
            }
            if (f.getApprovalRequested() != null) {
                return List.of(Verdict.AWAIT_APPROVAL);
            }
        }
        return List.of();
    }
}
