package io.taskgraph.eval;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** Facts as scenarios name them. */
final class FactWords {
    private FactWords() {}

    /** The task that a fact is about; empty if it is about none. */
    static String task(SpecificRecord fact) {
        Schema.Field field = fact.getSchema().getField("taskId");
        if (field == null) {
            Schema.Field task = fact.getSchema().getField("task");
            return task == null ? "" : task((SpecificRecord) fact.get(task.pos()));
        }
        Object task = fact.get(field.pos());
        return task == null ? "" : task.toString();
    }

    /** Whether a fact is what was asked for: its kind, perhaps with a task after a space. */
    static boolean is(SpecificRecord fact, String asked) {
        int space = asked.indexOf(' ');
        String kind = space < 0 ? asked : asked.substring(0, space);
        return fact.getSchema().getName().equals(kind)
                && (space < 0 || asked.substring(space + 1).equals(task(fact)));
    }
}
