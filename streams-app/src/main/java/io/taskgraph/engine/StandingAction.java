package io.taskgraph.engine;

import io.taskgraph.graph.Risk;
import java.util.ArrayList;
import java.util.List;

/**
 * What an attempt was answered about one action: the same tool with the same arguments.
 *
 * @param argumentsDigest hex SHA-256 of the arguments
 * @param workerId who asked
 * @param requestIds message ids of the requests that the present answer was given to, oldest first
 * @param wanted how often it was asked for anew
 * @param rule the rule it was decided by, empty: the contract itself
 * @param approvalId the approval it waits or waited for, or null
 * @param answeredAt when the present answer was given, in milliseconds since the epoch
 * @param waited how long it has waited for approvers so far, in milliseconds: a wait that goes on is not in it
 */
public record StandingAction(
        String taskId,
        int attempt,
        String tool,
        String argumentsDigest,
        String workerId,
        Risk risk,
        State state,
        List<String> requestIds,
        int wanted,
        String rule,
        String reason,
        String approvalId,
        long answeredAt,
        long waited) {

    /** What the answer is. */
    public enum State {
        /** May be performed once. */
        ALLOWED(1),
        /** Waits for approval. */
        AWAITING(2),
        /** May not be performed. */
        DENIED(3),
        /** Was performed: who asks again is judged anew. */
        CLOSED(4);

        private final int code;

        State(int code) {
            this.code = code;
        }
    }

    /** How many requests may share an answer; an allow is not spread over more. */
    static final int REQUESTS = 16;

    static final Table.Kind<StandingAction> ENTRY =
            new Table.Kind<>((byte) 'w', "action", StandingAction::write, StandingAction::read);

    /** No id and no tool holds a line feed. */
    private static final char SEPARATOR = '\n';

    /** What the keys of all actions of a task begin with. */
    static String keysOf(String taskId) {
        return taskId + SEPARATOR;
    }

    /** What the keys of an action begin with, whatever the attempt. */
    static String keysOf(String taskId, String tool, String argumentsDigest) {
        return keysOf(taskId) + tool + SEPARATOR + argumentsDigest + SEPARATOR;
    }

    static String keyOf(String taskId, String tool, String argumentsDigest, int attempt) {
        return keysOf(taskId, tool, argumentsDigest) + attempt;
    }

    String key() {
        return keyOf(taskId, tool, argumentsDigest, attempt);
    }

    /** Whether it is the answer to that request. */
    public boolean answers(String requestId) {
        return requestIds.contains(requestId);
    }

    /** An answer yet to be filled in. */
    static StandingAction answer(String taskId, int attempt, String tool, String argumentsDigest, State state) {
        return new StandingAction(
                taskId, attempt, tool, argumentsDigest, "", Risk.UNKNOWN, state, List.of(), 1, "", "", null, 0, 0);
    }

    StandingAction to(String worker, String requestId, Risk asked) {
        return new StandingAction(
                taskId,
                attempt,
                tool,
                argumentsDigest,
                worker,
                asked,
                state,
                List.of(requestId),
                wanted,
                rule,
                reason,
                approvalId,
                answeredAt,
                waited);
    }

    StandingAction because(String byRule, String why) {
        return new StandingAction(
                taskId,
                attempt,
                tool,
                argumentsDigest,
                workerId,
                risk,
                state,
                requestIds,
                wanted,
                byRule,
                why,
                approvalId,
                answeredAt,
                waited);
    }

    /** The same, given at a time, after whatever the action was answered before. */
    StandingAction after(StandingAction before, long at) {
        return new StandingAction(
                taskId,
                attempt,
                tool,
                argumentsDigest,
                workerId,
                risk,
                state,
                requestIds,
                before == null ? 1 : before.wanted + 1,
                rule,
                reason,
                approvalId,
                at,
                before == null ? 0 : before.waited);
    }

    StandingAction answered(State s, String byRule, String why, long at) {
        return new StandingAction(
                taskId,
                attempt,
                tool,
                argumentsDigest,
                workerId,
                risk,
                s,
                requestIds,
                wanted,
                byRule,
                why,
                approvalId,
                at,
                waited(at));
    }

    /** The same, given to another request, too. */
    StandingAction alsoFor(String requestId) {
        if (requestIds.contains(requestId) || requestIds.size() == REQUESTS) {
            return this;
        }
        List<String> ids = new ArrayList<>(requestIds);
        ids.add(requestId);
        return new StandingAction(
                taskId,
                attempt,
                tool,
                argumentsDigest,
                workerId,
                risk,
                state,
                List.copyOf(ids),
                wanted,
                rule,
                reason,
                approvalId,
                answeredAt,
                waited);
    }

    /** How long it has waited for approvers until then. */
    long waited(long at) {
        return state == State.AWAITING ? waited + Math.max(0, at - answeredAt) : waited;
    }

    /** Whether it may be performed as an action of that risk. */
    boolean allowedAs(Risk r) {
        return state == State.ALLOWED && risk == r;
    }

    private static void write(EntryWriter out, StandingAction a) {
        out.text(1, a.workerId)
                .number(2, a.risk.ordinal())
                .number(3, a.state.code)
                .texts(4, a.requestIds)
                .number(5, a.wanted)
                .text(6, a.rule)
                .text(7, a.reason)
                .text(8, a.approvalId)
                .number(9, a.answeredAt)
                .number(10, a.waited);
    }

    private static StandingAction read(String key, EntryReader in) {
        String[] texts = new String[11];
        long[] numbers = new long[11];
        List<String> requests = new ArrayList<>();
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1, 6, 7, 8 -> texts[f] = in.text();
                case 4 -> requests.add(in.text());
                case 2, 3, 5, 9, 10 -> numbers[f] = in.number();
                default -> in.skip();
            }
        }
        String[] parts = key.split(String.valueOf(SEPARATOR), 4);
        return new StandingAction(
                parts[0],
                Integer.parseInt(parts[3]),
                parts[1],
                parts[2],
                texts[1],
                Risk.values()[(int) numbers[2]],
                State.values()[(int) numbers[3] - 1],
                List.copyOf(requests),
                (int) numbers[5],
                texts[6],
                texts[7],
                texts[8],
                numbers[9],
                numbers[10]);
    }
}
