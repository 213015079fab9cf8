package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.depend;
import static io.taskgraph.engine.Messages.remove;
import static io.taskgraph.engine.Messages.title;
import static io.taskgraph.engine.Team.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.RejectionCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A patch that was made for an older graph is taken if it has nothing to do with what changed since. */
class RebaseTest {
    private final Team team = Team.reconciling("max_workers: 0", "rebase: true");

    private long version() {
        return team.run.graphVersion();
    }

    @Test
    void whatIsDisjointIsTakenAndSaysSo() {
        team.patch(add("a"), add("b"));
        long seen = version();
        team.patchFor(seen, title("a", "first"));
        Decision d = team.patchFor(seen, title("b", "second"), add("c", "b"));
        assertThat(d.getRejection()).isNull();
        assertThat(d.getRebasedFrom()).isEqualTo(seen);
        assertThat(d.getGraphVersion()).isEqualTo(seen + 2);
        assertThat(team.patchFor(version(), title("c", "x")).getRebasedFrom()).isNull();
    }

    @Test
    void withoutTheFlagNothingIsRebased() {
        Team off = Team.under(
                "name: t\nflags: {mutable_graph: true}\ncaps: {max_workers: 0}\nreconcile: {rebase: true}\n");
        off.patch(add("a"), add("b"));
        long seen = off.run.graphVersion();
        off.patchFor(seen, title("a", "first"));
        assertRefused(
                off.patchFor(seen, title("b", "second")),
                RejectionCode.VERSION_CONFLICT,
                "expected_version",
                Long.toString(seen),
                "actual_version",
                Long.toString(off.run.graphVersion()),
                "changed_tasks",
                "[]");
    }

    private void clashes(long seen, String changed, Operation... operations) {
        assertRefused(
                team.patchFor(seen, operations),
                RejectionCode.VERSION_CONFLICT,
                "expected_version",
                Long.toString(seen),
                "actual_version",
                Long.toString(version()),
                "changed_tasks",
                changed);
    }

    @Test
    void whatClashesIsNamed() {
        team.patch(add("a"), add("b"), add("gone"), add("d"));
        long seen = version();
        team.patchFor(seen, title("a", "first"), remove("gone"), add("new"));
        clashes(seen, "[\"a\"]", title("a", "second"), title("b", "second"));
        clashes(seen, "[\"a\"]", add("c", "a"));
        clashes(seen, "[\"a\"]", depend("b", "a"));
        clashes(seen, "[\"new\"]", add("new"));
        assertThat(team.patchFor(seen, title("gone", "x")).getRejection().getCode())
                .isEqualTo(RejectionCode.VERSION_CONFLICT);
        clashes(version() + 1, "[]", title("b", "from the future"));
        assertThat(team.patchFor(seen, title("b", "second"), title("d", "second"))
                        .getRejection())
                .isNull();
    }

    @Test
    void theInvariantsHoldOnTheNewGraph() {
        team.patch(add("a"), add("b"), add("c"));
        team.patch(depend("b", "a"));
        long seen = version();
        team.patchFor(seen, depend("c", "b"));
        // Disjoint by what it names alone: but a cycle is one whoever closes it.
        assertThat(team.patchFor(seen, depend("a", "c")).getRejection()).isNotNull();
        assertThat(team.run.graph().findCycle()).isEmpty();
    }

    @Test
    void offUnlessThePolicySaysSo() {
        Team off = Team.reconciling("max_workers: 0", "");
        off.patch(add("a"), add("b"));
        off.patch(title("a", "first"));
        assertRefused(
                off.patchFor(1, title("b", "second")),
                RejectionCode.VERSION_CONFLICT,
                "expected_version",
                "1",
                "actual_version",
                "2",
                "changed_tasks",
                "[]");
    }

    @Test
    void sixteenWritersOfDisjointPartsNeverConflict() {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        int writers = 16;
        int each = 625;
        List<Operation> plan = new ArrayList<>();
        for (int i = 0; i < writers * each; i++) {
            plan.add(i % each == 0 ? add("t" + i) : add("t" + i, "t" + (i - 1)));
        }
        assertThat(team.patch(plan.subList(0, 5_000)).getRejection()).isNull();
        assertThat(team.patch(plan.subList(5_000, plan.size())).getRejection()).isNull();
        long[] seen = new long[writers];
        for (int i = 0; i < writers; i++) {
            seen[i] = version();
        }
        int rebased = 0;
        for (int step = 0; step < 2_000; step++) {
            String where = "seed " + seed + ", step " + step;
            int w = random.nextInt(writers);
            String mine = "t" + (w * each + random.nextInt(each));
            Operation op =
                    switch (random.nextInt(3)) {
                        case 0 -> add("w" + w + "." + step, mine);
                        case 1 -> title(mine, "of step " + step);
                        default -> depend("t" + (w * each + each - 1), "t" + (w * each + random.nextInt(each - 1)));
                    };
            Decision d = team.patchFor(seen[w], op);
            assertThat(d.getRejection()).as(where).isNull();
            rebased += d.getRebasedFrom() == null ? 0 : 1;
            seen[w] = version();
        }
        assertThat(rebased).as("seed %s", seed).isGreaterThan(1_000);
        assertThat(team.run.graph().findCycle()).isEmpty();
        EngineProperties.fold(Run.of("r"), team.log, 0, "seed " + seed);
        RunImage before = RunImage.of(team.run);
        team.reload();
        assertThat(RunImage.of(team.run)).isEqualTo(before);
    }
}
