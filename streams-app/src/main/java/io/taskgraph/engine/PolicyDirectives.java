package io.taskgraph.engine;

import io.taskgraph.avro.BudgetRaised;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.PolicyChanged;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.SetCap;
import io.taskgraph.graph.Task;
import io.taskgraph.policy.contract.Bounds;
import io.taskgraph.policy.contract.Cap;
import io.taskgraph.policy.contract.Policy;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides the directives that change what a run is bounded by. Only operators can say them: the topic is theirs. */
final class PolicyDirectives {
    private PolicyDirectives() {}

    static Rejection raiseBudget(Deliberation d, RaiseBudget kind) {
        Rejection r = Budgets.judge("budget", kind.getLimit());
        if (r != null) {
            return r;
        }
        Bounds before;
        if (kind.getTaskId() == null) {
            before = d.run().ledger().limit();
        } else {
            Task t = d.run().graph().task(kind.getTaskId());
            if (t == null) {
                return Refusal.unknownTask(kind.getTaskId());
            }
            TaskBudget b = d.run().budget(t.id());
            before = Usage.orElse(
                    b.raised(), Usage.tighter(b.limit(), d.policy().budgets().task()));
        }
        Bounds to = Usage.bounds(kind.getLimit());
        if (to.equals(Bounds.NONE)) {
            return Refusal.invalid("budget", "sets no bound; give at least one");
        }
        for (Usage.Resource resource : Usage.Resource.values()) {
            long now = resource.of(before);
            long wanted = resource.of(to);
            if (wanted != Long.MAX_VALUE && wanted < now) {
                return Refusal.invalid(
                        "budget",
                        resource.key() + " would be " + wanted + ", less than the "
                                + (now == Long.MAX_VALUE ? "unbounded" : now)
                                + " it is now; a budget can only be raised");
            }
        }
        d.emit(new BudgetRaised(kind.getTaskId(), kind.getLimit()));
        goOn(d, Standing.BUDGET, "the budget was raised");
        return null;
    }

    static Rejection changePolicy(Deliberation d, String reason, ChangePolicy kind, PolicyCatalogue catalogue) {
        Optional<Policy> policy = catalogue.named(kind.getPreset());
        if (policy.isEmpty()) {
            return unknownPolicy(kind.getPreset());
        }
        d.emit(new PolicyChanged(policy.get().name(), policy.get().document(), reason));
        goOn(d, Standing.CAP, "the policy was changed");
        goOn(d, Standing.BUDGET, "the policy was changed");
        return null;
    }

    static Rejection setCap(Deliberation d, String reason, SetCap kind) {
        Optional<Cap> cap = Cap.ofKey(kind.getCap());
        if (cap.isEmpty()) {
            return Refusal.invalid(
                    "cap",
                    Texts.quoted(kind.getCap()) + " is none; choose one of "
                            + Arrays.stream(Cap.values()).map(Cap::key).collect(Collectors.joining(", ")));
        }
        Optional<Long> value = cap.get().read(kind.getValue());
        if (value.isEmpty()
                || value.get() < cap.get().least()
                || value.get() > cap.get().most()) {
            return Refusal.invalid(
                    "value",
                    Texts.quoted(kind.getValue()) + " is no value of "
                            + cap.get().key() + "; give " + cap.get().range());
        }
        Policy policy = d.policy().with(cap.get(), value.get());
        d.emit(new PolicyChanged(policy.name(), policy.document(), reason));
        goOn(d, Standing.CAP, "a cap was raised");
        return null;
    }

    static Rejection unknownPolicy(String reference) {
        return Refusal.of(
                        RejectionCode.UNKNOWN_POLICY,
                        "policy " + Texts.quoted(reference)
                                + " is neither a preset nor a published profile that can be read; choose one of "
                                + String.join(", ", io.taskgraph.policy.presets.Presets.names()) + ", or publish it")
                .with("policy", reference)
                .build();
    }

    /** A run that waited for just this goes on; if it does not suffice, it stops again in the same decision. */
    private static void goOn(Deliberation d, String waitedFor, String why) {
        Standing s = d.run().header().standing();
        if (s.phase() == Phase.AWAIT_USER
                && s.waitsFor().equals(waitedFor)
                && Lifecycle.overRuntime(d) == null
                && Lifecycle.allowed(d, Phase.EXECUTING)) {
            Lifecycle.go(d, Phase.EXECUTING, why);
        }
    }
}
