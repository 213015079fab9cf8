package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PhaseChanged;
import io.taskgraph.query.Event;
import io.taskgraph.query.RecordFields;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Given a decision, then its events are what it says, in its order, each with the task that it is about. */
class EventTest {
    @Test
    void factsAreEventsInTheirOrder() {
        Decision d = Team.standard().patch(add("a"));

        assertThat(Event.of(d))
                .extracting(e -> e.index() + " " + e.type() + " " + e.taskId())
                .containsExactly("0 TaskAdded a", "1 PhaseChanged null", "2 PhaseChanged null", "3 TaskDispatched a");
    }

    @Test
    void aRefusalADuplicateAndAnInputWithoutConsequenceAreEventsToo() {
        Team team = Team.standard();
        team.patch(add("a"));
        team.start("w", "a", 1);

        Decision refused = team.report("w", "a", 7, Messages.started());
        Decision nothing = team.report("w", "a", 1, Messages.started());
        Decision duplicate =
                team.tell(Messages.report("r", nothing.getCause().getMessageId(), "w", "a", 1, Messages.started()));

        assertThat(Event.of(refused)).containsExactly(new Event(refused, 0, "Rejected", "a", null));
        assertThat(Event.of(nothing)).containsExactly(new Event(nothing, 0, "Accepted", null, null));
        assertThat(Event.of(duplicate)).containsExactly(new Event(duplicate, 0, "Duplicate", null, null));
    }

    @Test
    void everyFactIsAType() {
        assertThat(Event.types())
                .contains("Accepted", "Rejected", "Duplicate")
                .hasSize(OneOf.FACT.kinds().size() + 3);
    }

    @Test
    void aFactsFieldsAreNamedAsJsonNamesThem() {
        assertThat(RecordFields.of(new PhaseChanged(Phase.IDLE, Phase.PLANNING, "there are tasks", "")))
                .isEqualTo(Map.of("from", "IDLE", "to", "PLANNING", "reason", "there are tasks", "waits_for", ""));
    }
}
