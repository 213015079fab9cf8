package io.taskgraph.engine;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.graph.Risk;
import io.taskgraph.policy.contract.Policy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Something that waits for approval, bound to what it was asked for.
 *
 * @param id {@code <sequence of the asking decision>.<number within it, from 1>}
 * @param taskId the task, or null for a plan
 * @param attempt the attempt that asked, 0 if none did
 * @param graphVersion the graph version that it was asked at: a later change of the task ends it
 * @param requestId message id of the action request, empty if it is not about an action
 * @param tool the action's tool, empty if it is not about an action
 * @param argumentsDigest hex SHA-256 of the action's arguments, or null
 * @param requester who asked: the worker, or the planner; empty if the planner has no name, or if no patch but the run's
 *     going on brought it about
 * @param rule the rule that wants it approved, empty: the contract itself
 * @param approversNeeded how many distinct approvers it takes
 * @param roles the roles of which each approver must have one, sorted; empty: any approver will do
 * @param approvers who has approved so far, in order
 * @param approverKeys for each of them the fingerprint of the key that proves it; empty: it is only said
 * @param requestedAt milliseconds since the epoch
 * @param expiresAt when it is denied, in milliseconds since the epoch
 */
public record Approval(
        String id,
        ApprovalKind kind,
        String taskId,
        int attempt,
        long graphVersion,
        String requestId,
        String tool,
        Risk risk,
        String argumentsDigest,
        String purpose,
        String requester,
        String rule,
        String reason,
        int approversNeeded,
        List<String> roles,
        List<String> approvers,
        List<String> approverKeys,
        long requestedAt,
        long expiresAt) {

    /** Oldest first. */
    public static final Comparator<Approval> BY_AGE =
            Comparator.comparingLong(Approval::sequence).thenComparingInt(Approval::number);

    static final Table.Kind<Approval> ENTRY = new Table.Kind<>((byte) 'a', "approval", Approval::write, Approval::read);

    static String idOf(long sequence, int number) {
        return sequence + "." + number;
    }

    /** Number of the decision that asked. */
    long sequence() {
        return Long.parseLong(id.substring(0, id.indexOf('.')));
    }

    private int number() {
        return Integer.parseInt(id.substring(id.indexOf('.') + 1));
    }

    /**
     * The same with one approver more. Whose word does not count any more, and who says it again, stands there once.
     *
     * @param key the fingerprint of the key that proves it; empty: it is only said
     */
    Approval approvedBy(String who, String key) {
        List<String> all = new ArrayList<>(approvers);
        List<String> keys = new ArrayList<>(approverKeys);
        int before = all.indexOf(who);
        if (before >= 0) {
            all.remove(before);
            keys.remove(before);
        }
        all.add(who);
        keys.add(key);
        return by(all, keys);
    }

    /** The same with those approvers alone whose word counts under a policy: who have a role that it takes, still. */
    public Approval counting(Policy policy) {
        List<String> all = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < approvers.size(); i++) {
            boolean inRole = policy.hasRole(approvers.get(i), roles);
            if (inRole && Author.counts(policy, approvers.get(i), approverKeys.get(i))) {
                all.add(approvers.get(i));
                keys.add(approverKeys.get(i));
            }
        }
        return by(all, keys);
    }

    private Approval by(List<String> all, List<String> keys) {
        return new Approval(
                id,
                kind,
                taskId,
                attempt,
                graphVersion,
                requestId,
                tool,
                risk,
                argumentsDigest,
                purpose,
                requester,
                rule,
                reason,
                approversNeeded,
                roles,
                List.copyOf(all),
                List.copyOf(keys),
                requestedAt,
                expiresAt);
    }

    private static void write(EntryWriter out, Approval a) {
        out.number(1, a.kind.ordinal())
                .text(2, a.taskId)
                .number(3, a.attempt)
                .number(4, a.graphVersion)
                .text(5, a.requestId)
                .text(6, a.tool)
                .number(7, a.risk.ordinal())
                .text(8, a.argumentsDigest)
                .text(9, a.purpose)
                .text(10, a.requester)
                .text(11, a.rule)
                .text(12, a.reason)
                .number(13, a.approversNeeded)
                .texts(14, a.roles)
                .texts(15, a.approvers)
                .number(16, a.requestedAt)
                .number(17, a.expiresAt);
        if (a.approverKeys.stream().anyMatch(key -> !key.isEmpty())) {
            out.texts(18, a.approverKeys);
        }
    }

    private static Approval read(String id, EntryReader in) {
        String[] texts = new String[18];
        long[] numbers = new long[18];
        List<String> roles = new ArrayList<>();
        List<String> approvers = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 2, 5, 6, 8, 9, 10, 11, 12 -> texts[f] = in.text();
                case 14 -> roles.add(in.text());
                case 15 -> approvers.add(in.text());
                case 18 -> keys.add(in.text());
                case 1, 3, 4, 7, 13, 16, 17 -> numbers[f] = in.number();
                default -> in.skip();
            }
        }
        return new Approval(
                id,
                ApprovalKind.values()[(int) numbers[1]],
                texts[2],
                (int) numbers[3],
                numbers[4],
                texts[5],
                texts[6],
                Risk.values()[(int) numbers[7]],
                texts[8],
                texts[9],
                texts[10],
                texts[11],
                texts[12],
                (int) numbers[13],
                List.copyOf(roles),
                List.copyOf(approvers),
                keys.isEmpty() ? Collections.nCopies(approvers.size(), "") : List.copyOf(keys),
                numbers[16],
                numbers[17]);
    }
}
