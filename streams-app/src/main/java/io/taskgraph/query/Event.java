package io.taskgraph.query;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Outcome;
import io.taskgraph.engine.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * One thing that a decision says: a fact; or, of a decision without facts, what became of its input. Events are ordered by
 * the decision's sequence number and, within it, by their index.
 *
 * @param decision the decision that says it
 * @param index its place in that decision, from 0
 * @param type the fact's record name, such as {@code TaskAdded}; else {@link #ACCEPTED}, {@link #REJECTED} or
 *     {@link #DUPLICATE}
 * @param taskId the task that it is about; null: none
 * @param fact what it says; null of a decision without facts
 */
public record Event(Decision decision, int index, String type, String taskId, SpecificRecord fact) {
    /** Version of what an event's fields mean. It grows when one changes its meaning or goes, not when one joins. */
    public static final int SCHEMA_VERSION = 1;

    /** An input was accepted and nothing follows from it. */
    public static final String ACCEPTED = "Accepted";
    /** An input was refused. */
    public static final String REJECTED = "Rejected";
    /** An input had been decided before. */
    public static final String DUPLICATE = "Duplicate";

    /** What a decision says, in order: at least one event. */
    public static List<Event> of(Decision d) {
        List<Event> events = new ArrayList<>(d.getFacts().size() + 1);
        if (d.getOutcome() != Outcome.ACCEPTED || d.getFacts().isEmpty()) {
            Map<String, String> about =
                    d.getRejection() == null ? Map.of() : d.getRejection().getDetails();
            events.add(new Event(d, 0, type(d.getOutcome()), about.get("task_id"), null));
        }
        for (Fact fact : d.getFacts()) {
            SpecificRecord kind = Facts.kind(fact);
            if (kind == null) {
                throw new QueryException("Decision " + d.getSequence() + " of run " + d.getRunId()
                        + " has a fact of a kind that this version does not know: upgrade to read on.");
            }
            events.add(new Event(d, events.size(), kind.getSchema().getName(), taskOf(kind), kind));
        }
        return events;
    }

    /** Every type there is, in alphabetical order. */
    public static TreeSet<String> types() {
        TreeSet<String> types = new TreeSet<>(List.of(ACCEPTED, REJECTED, DUPLICATE));
        for (Schema.Field kind : Fact.getClassSchema().getFields()) {
            types.add(kind.schema().getTypes().get(1).getName());
        }
        return types;
    }

    private static String type(Outcome outcome) {
        return switch (outcome) {
            case REJECTED -> REJECTED;
            case DUPLICATE -> DUPLICATE;
            default -> ACCEPTED;
        };
    }

    private static String taskOf(SpecificRecord kind) {
        Schema.Field id = kind.getSchema().getField("taskId");
        if (id != null) {
            return (String) kind.get(id.pos());
        }
        Schema.Field task = kind.getSchema().getField("task");
        boolean nested = task != null && kind.get(task.pos()) instanceof SpecificRecord;
        return nested ? taskOf((SpecificRecord) kind.get(task.pos())) : null;
    }
}
