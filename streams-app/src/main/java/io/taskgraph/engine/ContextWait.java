package io.taskgraph.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * That an attempt asked the run's planners something: its time does not run while an answer is outstanding.
 *
 * @param worker who asked
 * @param open the messages that ask and are not answered, oldest first
 * @param requests for each of them the message id of the report that it was sent in
 * @param since since when at least one has been open, in milliseconds since the epoch
 * @param waited how long it has waited before that, in milliseconds
 */
public record ContextWait(
        String taskId, int attempt, String worker, List<String> open, List<String> requests, long since, long waited) {

    static final Table.Kind<ContextWait> ENTRY =
            new Table.Kind<>((byte) 'Q', "wait for context", ContextWait::write, ContextWait::read);

    static ContextWait none(String taskId, int attempt, String worker) {
        return new ContextWait(taskId, attempt, worker, List.of(), List.of(), 0, 0);
    }

    ContextWait asked(String messageId, String request, long at) {
        List<String> ids = new ArrayList<>(open);
        ids.add(messageId);
        List<String> from = new ArrayList<>(requests);
        from.add(request);
        return new ContextWait(
                taskId, attempt, worker, List.copyOf(ids), List.copyOf(from), open.isEmpty() ? at : since, waited);
    }

    ContextWait answered(String messageId, long at) {
        int i = open.indexOf(messageId);
        List<String> ids = new ArrayList<>(open);
        ids.remove(i);
        List<String> from = new ArrayList<>(requests);
        from.remove(i);
        return new ContextWait(
                taskId,
                attempt,
                worker,
                List.copyOf(ids),
                List.copyOf(from),
                since,
                ids.isEmpty() ? waited(at) : waited);
    }

    /** Whether not the attempt asked, but the control plane, about a task that it set aside. */
    public boolean isOfControlPlane() {
        return worker.equals(Mailboxes.CONTROL_PLANE);
    }

    /** Message id of the report that the question was sent in. */
    String request(String messageId) {
        return requests.get(open.indexOf(messageId));
    }

    /** How long it has waited until then. */
    long waited(long at) {
        return open.isEmpty() ? waited : waited + Math.max(0, at - since);
    }

    private static void write(EntryWriter out, ContextWait c) {
        out.number(1, c.attempt)
                .text(2, c.worker)
                .texts(3, c.open)
                .texts(4, c.requests)
                .number(5, c.since)
                .number(6, c.waited);
    }

    private static ContextWait read(String taskId, EntryReader in) {
        long[] numbers = new long[7];
        String worker = "";
        List<String> open = new ArrayList<>();
        List<String> requests = new ArrayList<>();
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 2 -> worker = in.text();
                case 3 -> open.add(in.text());
                case 4 -> requests.add(in.text());
                case 1, 5, 6 -> numbers[f] = in.number();
                default -> in.skip();
            }
        }
        return new ContextWait(
                taskId, (int) numbers[1], worker, List.copyOf(open), List.copyOf(requests), numbers[5], numbers[6]);
    }
}
