/**
 * What a policy says of trust. Imports: {@code document} for name patterns, {@code contract} for {@code ApprovalTerms},
 * {@code trust} and its parts but {@code use}; nothing else of ours.
 */
package io.taskgraph.policy.trust.settings;
