package io.taskgraph.client;

import java.util.Optional;

/**
 * What the control plane answered to an action: a value, also when it denied.
 *
 * @param action what was asked for
 * @param requestId names the request, so that what is done can be told from what was not asked for
 * @param allowed whether the action may be performed: once, with these arguments, under this attempt
 * @param rule the policy's rule that it was decided by; empty: the contract itself, or an approver
 * @param reason why, for people; may be empty
 * @param approvalId the approval that it waited for, if it did
 */
public record Permission(
        Action action, String requestId, boolean allowed, String rule, String reason, Optional<String> approvalId) {

    /**
     * This permission, if it is one.
     *
     * @throws ActionDeniedException if the action was denied
     */
    public Permission orThrow() throws ActionDeniedException {
        if (!allowed) {
            throw new ActionDeniedException(this);
        }
        return this;
    }
}
