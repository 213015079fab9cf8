package io.taskgraph.engine;

/**
 * A task's dispatch that was approved and has not happened yet. It holds for one dispatch of the task as it was.
 *
 * @param approvalId the approval
 * @param graphVersion the graph version it was asked at: a later change of the task ends it
 */
record TaskGrant(String taskId, String approvalId, long graphVersion) {
    static final Table.Kind<TaskGrant> ENTRY = new Table.Kind<>(
            (byte) 'g',
            "approved dispatch of task",
            (out, g) -> out.text(1, g.approvalId).number(2, g.graphVersion),
            TaskGrant::read);

    private static TaskGrant read(String taskId, EntryReader in) {
        String approvalId = "";
        long graphVersion = 0;
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1 -> approvalId = in.text();
                case 2 -> graphVersion = in.number();
                default -> in.skip();
            }
        }
        return new TaskGrant(taskId, approvalId, graphVersion);
    }
}
