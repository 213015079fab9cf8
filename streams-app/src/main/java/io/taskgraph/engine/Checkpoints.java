package io.taskgraph.engine;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.avro.CheckpointTaken;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SaveCheckpoint;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.CheckpointPolicy;
import io.taskgraph.policy.contract.Flag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps under names where a run stood. Of a checkpoint the run's state holds number and place alone, so that the oldest can
 * make way; the record that people read is a projection of the decision. Cost: what is kept, which the policy bounds.
 */
public final class Checkpoints {
    /** The version of {@link Checkpoint} that is written: later ones are not read. */
    public static final int FORMAT_VERSION = 1;

    private static final int NAME = 64;
    private static final int METADATA = 64;
    private static final int PENDING = 1_000;

    private Checkpoints() {}

    /** The decisions by which the checkpoints were taken that the run keeps, ascending. */
    public static List<Long> decisions(Run run) {
        return run.tables().checkpoints.values().stream()
                .map(KeptCheckpoint::sequence)
                .sorted()
                .toList();
    }

    /** Why the text is no name of a checkpoint, or null if it is one. */
    public static String problemOfName(String name) {
        boolean fits = !name.isEmpty() && name.length() <= NAME;
        for (int i = 0; fits && i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            fits = letter || i > 0 && (c == '.' || c == '_' || c == '-');
        }
        return fits ? null : "must be 1 to " + NAME + " of A-Z a-z 0-9 . _ - and start with a letter or digit";
    }

    /** An agent asks for one. */
    static Rejection byAgent(Deliberation d, SaveCheckpoint kind) {
        Rejection r = disabled(d);
        if (r == null && !d.policy().checkpoints().agents()) {
            String rule = "checkpoints.agents";
            d.ruledBy(rule);
            r = Refusal.of(RejectionCode.DENIED, "the policy denies it: agents take no checkpoints in this run")
                    .with("rule", rule)
                    .with("reason", "agents take no checkpoints in this run")
                    .build();
        }
        return r == null ? save(d, kind) : r;
    }

    /** An operator asks for one. */
    static Rejection byOperator(Deliberation d, SaveCheckpoint kind) {
        Rejection r = disabled(d);
        return r == null ? save(d, kind) : r;
    }

    private static Rejection disabled(Deliberation d) {
        return d.policy().on(Flag.TRACE_REPLAY)
                ? null
                : Refusal.disabled(
                        Flag.TRACE_REPLAY, "no checkpoints are taken; use a policy that has it on for the run");
    }

    private static Rejection save(Deliberation d, SaveCheckpoint kind) {
        String problem = problemOfName(kind.getName());
        if (problem != null) {
            return Specs.invalidId("checkpoint name", kind.getName(), problem);
        }
        if (kind.getSummary().length() > Texts.LONG_TEXT) {
            return Specs.tooLong("summary", kind.getSummary(), Texts.LONG_TEXT);
        }
        if (kind.getMetadata().size() > METADATA) {
            return Refusal.invalid(
                    "metadata", "has " + kind.getMetadata().size() + " entries; at most " + METADATA + " are allowed");
        }
        for (Map.Entry<String, String> e : kind.getMetadata().entrySet()) {
            if (e.getKey().isEmpty()
                    || e.getKey().length() > Texts.NAME
                    || e.getValue().length() > Texts.NAME) {
                return Refusal.invalid(
                        "metadata",
                        "has a key or value that is not of 1 to " + Texts.NAME + " characters (values may be empty)");
            }
        }
        take(d, kind.getName(), false, kind.getSummary(), new TreeMap<>(kind.getMetadata()));
        return null;
    }

    /** Takes one if the decision leads to a phase at which the policy wants one; not of phases that it only passes through. */
    static void atPhaseChange(Deliberation d) {
        if (!d.run().exists() || !d.policy().on(Flag.TRACE_REPLAY)) {
            return;
        }
        CheckpointPolicy policy = d.policy().checkpoints();
        Phase phase = d.run().phase();
        if (policy.at().isEmpty() || !policy.at().contains(Questions.phase(phase))) {
            return;
        }
        for (Fact f : d.facts()) {
            if (f.getPhaseChanged() != null && f.getPhaseChanged().getTo() == phase) {
                take(
                        d,
                        phase.name().toLowerCase(Locale.ROOT),
                        true,
                        f.getPhaseChanged().getReason(),
                        new TreeMap<>());
                return;
            }
        }
    }

    private static void take(
            Deliberation d, String name, boolean byPolicy, String summary, Map<String, String> metadata) {
        List<KeptCheckpoint> kept = new ArrayList<>(d.run().tables().checkpoints.values());
        kept.sort(Comparator.comparingInt(KeptCheckpoint::version));
        int version = kept.isEmpty() ? 1 : kept.get(kept.size() - 1).version() + 1;
        int tooMany = Math.max(0, kept.size() + 1 - d.policy().checkpoints().keep());
        List<String> dropped =
                kept.subList(0, tooMany).stream().map(KeptCheckpoint::id).toList();
        d.emit(new CheckpointTaken(name, version, byPolicy, summary, metadata, dropped));
    }

    /**
     * The record of a checkpoint.
     *
     * @param run as it stands after the decision
     * @param d the decision that took it
     */
    public static Checkpoint record(Run run, Decision d, CheckpointTaken taken) {
        return new Checkpoint(
                FORMAT_VERSION,
                run.runId(),
                taken.getName(),
                taken.getVersion(),
                d.getSequence(),
                d.getStateDigest(),
                new Digest(run.lastHash()),
                d.getDecidedAt(),
                taken.getByPolicy() ? "policy" : d.getCause().getFamily(),
                d.getCause().getActor(),
                run.phase(),
                run.identity().goal(),
                taken.getSummary(),
                run.policy().name(),
                run.identity().policyDigest(),
                run.graphVersion(),
                pending(run),
                run.graph().unfinished(),
                run.graph().size(),
                new TreeMap<>(taken.getMetadata()));
    }

    private static List<String> pending(Run run) {
        List<String> pending = new ArrayList<>();
        run.leases().all().stream()
                .map(id -> run.graph().task(id))
                .sorted(Comparator.comparingLong(Task::ordinal))
                .limit(PENDING)
                .forEach(t -> pending.add(t.id()));
        run.graph().ready(PENDING - pending.size()).forEach(t -> pending.add(t.id()));
        return pending;
    }
}
