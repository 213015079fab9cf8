package io.taskgraph.policy.contract;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/** The terms of approvals, by subject and risk, and what a denial means for a task. Immutable. */
final class ApprovalTable {
    /** The default terms for everything. */
    static final ApprovalTable DEFAULT = new ApprovalTable(filled(), OnDenial.DEFER);

    private final ApprovalTerms[][] terms;
    private final OnDenial onDenial;

    private ApprovalTable(ApprovalTerms[][] terms, OnDenial onDenial) {
        this.terms = terms;
        this.onDenial = onDenial;
    }

    private static ApprovalTerms[][] filled() {
        ApprovalTerms[][] terms = new ApprovalTerms[ApprovalSubject.values().length][Risk.values().length];
        for (ApprovalTerms[] bySubject : terms) {
            Arrays.fill(bySubject, ApprovalTerms.DEFAULT);
        }
        return terms;
    }

    ApprovalTerms terms(ApprovalSubject subject, Risk risk) {
        return terms[subject.ordinal()][(risk == null ? Risk.DESTRUCTIVE : risk).ordinal()];
    }

    OnDenial onDenial() {
        return onDenial;
    }

    /** The same with another fate for tasks that are denied. */
    ApprovalTable with(OnDenial other) {
        return new ApprovalTable(terms, other);
    }

    /** The same with other terms for one risk, or for all (null), of one subject, or of all (null). */
    ApprovalTable with(ApprovalSubject subject, Risk risk, UnaryOperator<ApprovalTerms> change) {
        ApprovalTerms[][] changed =
                Arrays.stream(terms).map(ApprovalTerms[]::clone).toArray(ApprovalTerms[][]::new);
        for (ApprovalSubject s : ApprovalSubject.values()) {
            for (Risk r : Risk.values()) {
                if ((subject == null || subject == s) && (risk == null || risk == r)) {
                    changed[s.ordinal()][r.ordinal()] = change.apply(changed[s.ordinal()][r.ordinal()]);
                }
            }
        }
        return new ApprovalTable(changed, onDenial);
    }
}
