package io.taskgraph.engine;

import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.graph.FailureMode;
import io.taskgraph.graph.Risk;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import io.taskgraph.graph.TaskFields;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.schemas.trace.TraceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A run's entries as bytes: see {@link EntryWriter} for the rules. Field numbers are never used again. */
final class RunCodec {
    /** Version of the entries' format, as in snapshots. */
    static final int FORMAT_VERSION = 1;

    private RunCodec() {}

    static void write(EntryWriter out, Task t) {
        TaskFields s = t.spec();
        Status status = t.status() == Status.READY ? Status.PENDING : t.status();
        out.text(1, s.title())
                .number(2, s.priority())
                .number(3, s.risk().ordinal())
                .text(4, s.agentType())
                .text(5, s.assignee())
                .text(6, s.payload())
                .number(7, s.expectedMillis())
                .texts(8, t.dependsOn())
                .number(9, status.code())
                .number(10, t.ordinal())
                .number(11, t.changedAtVersion())
                .number(12, t.attempt())
                .number(13, t.failures())
                .text(14, t.workerId())
                .number(15, t.leasedAt())
                .text(16, t.outcome())
                .number(17, t.archived() ? 1 : 0)
                .number(18, s.failureMode().ordinal())
                .number(19, t.notBefore());
    }

    static Task readTask(String id, byte[] bytes) {
        EntryReader in = new EntryReader(bytes);
        String title = "";
        int priority = 0;
        Risk risk = Risk.UNKNOWN;
        String agentType = "";
        String assignee = null;
        String payload = null;
        long expectedMillis = 0;
        List<String> deps = new ArrayList<>();
        Status status = Status.PENDING;
        long ordinal = 0;
        long changedAt = 0;
        int attempt = 0;
        int failures = 0;
        String worker = null;
        long leasedAt = 0;
        String outcome = null;
        boolean archived = false;
        FailureMode failureMode = FailureMode.FAIL_FAST;
        long notBefore = 0;
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1 -> title = in.text();
                case 2 -> priority = (int) in.number();
                case 3 -> risk = Risk.values()[(int) in.number()];
                case 4 -> agentType = in.text();
                case 5 -> assignee = in.text();
                case 6 -> payload = in.text();
                case 7 -> expectedMillis = in.number();
                case 8 -> deps.add(in.text());
                case 9 -> status = Status.ofCode(in.number());
                case 10 -> ordinal = in.number();
                case 11 -> changedAt = in.number();
                case 12 -> attempt = (int) in.number();
                case 13 -> failures = (int) in.number();
                case 14 -> worker = in.text();
                case 15 -> leasedAt = in.number();
                case 16 -> outcome = in.text();
                case 17 -> archived = in.number() != 0;
                case 18 -> failureMode = FailureMode.values()[(int) in.number()];
                case 19 -> notBefore = in.number();
                default -> in.skip();
            }
        }
        TaskFields spec =
                new TaskFields(title, priority, risk, agentType, assignee, payload, expectedMillis, failureMode);
        return new Task(
                id,
                spec,
                List.copyOf(deps),
                status,
                ordinal,
                changedAt,
                attempt,
                failures,
                worker,
                leasedAt,
                outcome,
                archived,
                notBefore);
    }

    static void write(EntryWriter out, RunIdentity i) {
        List<String> labels = new ArrayList<>();
        i.labels().forEach((k, v) -> {
            labels.add(k);
            labels.add(v);
        });
        out.text(1, i.name())
                .text(2, i.goal())
                .texts(3, labels)
                .text(4, i.policy().document())
                .number(5, i.createdAt());
        Ledger.writeBounds(out, 6, i.budget());
        if (i.parent() != null) {
            out.text(9, i.parent().runId())
                    .text(10, i.parent().taskId())
                    .number(11, i.parent().depth());
        }
        if (i.trace() != null) {
            out.text(12, i.trace().traceparent()).text(13, i.trace().state());
        }
        RunIdentity.Beginning b = i.beginning();
        if (b != null) {
            out.text(14, b.runId())
                    .number(15, b.sequence())
                    .text(16, b.stateDigest())
                    .text(17, b.decisionHash())
                    .text(18, b.checkpoint())
                    .number(19, b.tasks())
                    .text(20, b.tasksDigest());
        }
    }

    static RunIdentity readIdentity(byte[] bytes) {
        EntryReader in = new EntryReader(bytes);
        String[] t = new String[21];
        long[] n = new long[21];
        List<String> labels = new ArrayList<>();
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1, 2, 4, 9, 10, 12, 13, 14, 16, 17, 18, 20 -> t[f] = in.text();
                case 3 -> labels.add(in.text());
                case 5, 6, 7, 8, 11, 15, 19 -> n[f] = in.number();
                default -> in.skip();
            }
        }
        TreeMap<String, String> map = new TreeMap<>();
        for (int i = 0; i + 1 < labels.size(); i += 2) {
            map.put(labels.get(i), labels.get(i + 1));
        }
        Policy policy = Policies.parsed(t[4]);
        RunIdentity.Parent parent = t[9] == null ? null : new RunIdentity.Parent(t[9], t[10], (int) n[11]);
        TraceContext trace = TraceContext.parse(t[12], t[13]).orElse(null);
        RunIdentity.Beginning beginning = t[14] == null
                ? null
                : new RunIdentity.Beginning(t[14], n[15], t[16], t[17], t[18] == null ? "" : t[18], (int) n[19], t[20]);
        return new RunIdentity(
                t[1], t[2], map, policy, policy.digest(), n[5], Ledger.readBounds(n, 6), parent, trace, beginning);
    }

    static void write(EntryWriter out, RunHeader h) {
        RunCounts c = h.counts();
        out.number(1, h.standing().phase().ordinal())
                .text(2, h.quarantine())
                .number(3, h.sequence())
                .number(4, h.graphVersion())
                .number(5, h.lastDecidedAt())
                .number(6, h.nextOrdinal())
                .number(7, c.dispatches())
                .number(8, c.retries())
                .number(9, c.fenced())
                .number(10, c.rejected())
                .number(11, c.actions())
                .number(12, c.actionsAllowed())
                .number(13, c.actionsDenied())
                .number(14, c.bypasses())
                .number(15, h.planRefusedAt())
                .text(16, h.standing().reason())
                .text(17, h.standing().waitsFor())
                .number(18, h.standing().startedAt())
                .number(19, h.lastPassAt())
                .number(20, h.standing().since())
                .number(21, h.counts().escalations());
        Ledger.write(out, 22, h.ledger());
    }

    static RunHeader readHeader(byte[] bytes) {
        EntryReader in = new EntryReader(bytes);
        String[] t = new String[31];
        long[] n = new long[31];
        for (int f = in.next(); f != 0; f = in.next()) {
            if (f == 2 || f == 16 || f == 17) {
                t[f] = in.text();
            } else if (f < n.length) {
                n[f] = in.number();
            } else {
                in.skip();
            }
        }
        RunCounts counts = new RunCounts(n[7], n[8], n[9], n[10], n[11], n[12], n[13], n[14], n[21]);
        Standing standing = new Standing(Phase.values()[(int) n[1]], t[16], t[17], n[18], n[20]);
        return new RunHeader(standing, t[2], n[3], n[4], n[5], n[6], n[15], n[19], counts, Ledger.read(n, 22));
    }

    /** What {@link AnswerColumns} wrote. */
    static Remembered readRemembered(String id, byte[] bytes) {
        EntryReader in = new EntryReader(bytes);
        List<String> messages = new ArrayList<>();
        List<List<Long>> columns = new ArrayList<>();
        for (int f = 0; f <= 6; f++) {
            columns.add(new ArrayList<>());
        }
        long from = 0;
        for (int f = in.next(); f != 0; f = in.next()) {
            if (f == 1) {
                messages.add(in.text());
            } else if (f == 7) {
                from = in.number();
            } else if (f < 7) {
                columns.get(f).add(in.number());
            } else {
                in.skip();
            }
        }
        for (List<Long> column : columns.subList(2, columns.size())) {
            if (column.size() != messages.size() || messages.isEmpty()) {
                throw new IllegalArgumentException("entry holds other than whole answers");
            }
        }
        String family = Answer.family(id);
        List<Answer> answers = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            int code = columns.get(4).get(i).intValue();
            answers.add(new Answer(
                    Answer.keyOf(family, messages.get(i)),
                    columns.get(2).get(i),
                    from + columns.get(6).get(i),
                    Outcome.values()[columns.get(3).get(i).intValue()],
                    code == 0 ? null : RejectionCode.values()[code],
                    columns.get(5).get(i)));
        }
        return new Remembered(id, answers);
    }
}
