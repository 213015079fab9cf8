package io.taskgraph.policy.contract;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/** The terms of approvals, by subject and risk. Immutable. */
final class ApprovalTable {
    /** The default terms for everything. */
    static final ApprovalTable DEFAULT = new ApprovalTable(filled());

    private final ApprovalTerms[][] terms;

    private ApprovalTable(ApprovalTerms[][] terms) {
        this.terms = terms;
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
        return new ApprovalTable(changed);
    }
}
