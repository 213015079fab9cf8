/**
 * Whether an extension may be used: signatures are verified once, then every question is answered from values. Imports: {@code
 * contract}, {@code json}, {@code trust} and its parts; nothing else of ours.
 */
package io.taskgraph.policy.trust.use;
