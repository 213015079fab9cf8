package io.taskgraph.engine;

/**
 * An approval that is not pending any more, remembered so that whoever answers it late is told why. The last hundred of
 * a run are.
 *
 * @param sequence the decision that closed it
 * @param how granted, denied, expired, or why it was invalidated
 */
record ClosedApproval(String id, long sequence, String how) {
    /** How many a run remembers. */
    static final int REMEMBERED = 100;

    static final Table.Kind<ClosedApproval> ENTRY = new Table.Kind<>(
            (byte) 'c', "closed approval", (out, c) -> out.number(1, c.sequence).text(2, c.how), ClosedApproval::read);

    private static ClosedApproval read(String id, EntryReader in) {
        long sequence = 0;
        String how = "";
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1 -> sequence = in.number();
                case 2 -> how = in.text();
                default -> in.skip();
            }
        }
        return new ClosedApproval(id, sequence, how);
    }
}
