package io.taskgraph.policy.contract;

import java.util.List;

/**
 * What an approval takes.
 *
 * @param approvers how many different people must approve, at least 1
 * @param roles the roles of which each of them must have one, sorted; empty: anybody who may write directives
 * @param expiresAfterMillis how long it may wait before it is denied, greater than 0
 */
public record ApprovalTerms(int approvers, List<String> roles, long expiresAfterMillis) {
    /** What a document gets that says nothing of approvals: one approver of any role, within an hour. */
    public static final ApprovalTerms DEFAULT = new ApprovalTerms(1, List.of(), 3_600_000);

    /** Copies and sorts the roles. */
    public ApprovalTerms {
        roles = roles.stream().sorted().distinct().toList();
    }
}
