package io.taskgraph.gates;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PolicyChanged;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RunCreated;
import io.taskgraph.engine.Facts;
import io.taskgraph.engine.Run;
import io.taskgraph.policy.contract.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/** The listeners of one run, by what they want to hear. */
final class Hearing {
    private final String runId;
    private final Function<String, Policy> policies;
    private final Map<Class<?>, List<BiConsumer<SpecificRecord, At>>> facts = new HashMap<>();
    private final List<BiConsumer<Rejection, At>> refusals = new ArrayList<>();
    private final List<Consumer<At>> decisions = new ArrayList<>();
    private final Map<String, List<Consumer<Tally>>> endings = new HashMap<>();
    private String listener = "";
    private Policy policy;
    private long lastDecidedAt;
    private long lastSequence;
    private boolean whole;

    /** @param policies reads a policy's document; may remember those it has read */
    Hearing(String runId, List<? extends Account> accounts, Function<String, Policy> policies) {
        this.runId = runId;
        this.policies = policies;
        for (Account a : accounts) {
            listener = a.id();
            a.listen(this);
        }
    }

    String runId() {
        return runId;
    }

    /** When the run was last decided on, in milliseconds since the epoch. */
    long lastDecidedAt() {
        return lastDecidedAt;
    }

    /** The last decision of the run that was heard. */
    long lastSequence() {
        return lastSequence;
    }

    /** Whether the run was heard from its beginning; of one whose log was cut, what came before is not known. */
    boolean isWhole() {
        return whole;
    }

    /** Hears facts of that kind. */
    @SuppressWarnings("unchecked")
    <T extends SpecificRecord> void on(Class<T> kind, BiConsumer<T, At> how) {
        facts.computeIfAbsent(kind, k -> new ArrayList<>()).add((BiConsumer<SpecificRecord, At>) how);
    }

    /** Hears refusals, those that are told again left out. */
    void refused(BiConsumer<Rejection, At> how) {
        refusals.add(how);
    }

    /** Hears each decision, after its facts. */
    void decided(Consumer<At> how) {
        decisions.add(how);
    }

    /** Hears that the log is at its end, and adds what it counted. */
    void ended(Consumer<Tally> how) {
        endings.computeIfAbsent(listener, k -> new ArrayList<>()).add(how);
    }

    void accept(Decision d, Run state) {
        lastDecidedAt = d.getDecidedAt().toEpochMilli();
        lastSequence = d.getSequence();
        if (policy == null && state.exists()) {
            // The log was cut: what is left begins under a policy that the run pinned before.
            policy = state.policy();
        }
        for (Fact f : d.getFacts()) {
            SpecificRecord kind = Facts.kind(f);
            if (kind == null) {
                continue;
            }
            if (kind instanceof RunCreated created) {
                whole = true;
                policy = policies.apply(created.getPolicyDocument());
            } else if (kind instanceof PolicyChanged changed) {
                policy = policies.apply(changed.getPolicyDocument());
            }
            List<BiConsumer<SpecificRecord, At>> heard = facts.get(kind.getClass());
            if (heard != null && policy != null) {
                At at = new At(d, policy, state);
                heard.forEach(h -> h.accept(kind, at));
            }
        }
        if (policy == null) {
            return;
        }
        At at = new At(d, policy, state);
        if (d.getRejection() != null && d.getOutcome() != Outcome.DUPLICATE) {
            refusals.forEach(h -> h.accept(d.getRejection(), at));
        }
        decisions.forEach(h -> h.accept(at));
    }

    /** Lets an account's listeners add what they counted. */
    void end(String account, Tally to) {
        endings.getOrDefault(account, List.of()).forEach(e -> e.accept(to));
    }
}
