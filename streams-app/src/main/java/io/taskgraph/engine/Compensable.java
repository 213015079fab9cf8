package io.taskgraph.engine;

import io.taskgraph.avro.CompensationSpec;
import io.taskgraph.graph.Risk;

/**
 * How a task is undone if it was done and its branch is given up.
 *
 * @param doneAt number of the decision that made it done; 0: it is not
 */
record Compensable(
        String taskId, String title, Risk risk, String agentType, String payload, long expectedMillis, long doneAt) {
    static final Table.Kind<Compensable> ENTRY = new Table.Kind<>(
            (byte) 'e',
            "compensation of task",
            (out, c) -> out.text(1, c.title)
                    .number(2, c.risk.ordinal())
                    .text(3, c.agentType)
                    .text(4, c.payload)
                    .number(5, c.expectedMillis)
                    .number(6, c.doneAt),
            Compensable::read);

    static Compensable of(String taskId, CompensationSpec s) {
        return new Compensable(
                taskId,
                s.getTitle(),
                Vocabulary.risk(s.getRisk()),
                s.getAgentType(),
                s.getPayload(),
                s.getExpectedMillis(),
                0);
    }

    Compensable done(long sequence) {
        return new Compensable(taskId, title, risk, agentType, payload, expectedMillis, sequence);
    }

    private static Compensable read(String taskId, EntryReader in) {
        String[] t = new String[7];
        long[] n = new long[7];
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1, 3, 4 -> t[f] = in.text();
                case 2, 5, 6 -> n[f] = in.number();
                default -> in.skip();
            }
        }
        return new Compensable(taskId, t[1], Risk.values()[(int) n[2]], t[3], t[4], n[5], n[6]);
    }
}
