/**
 * The words of trust: levels, capabilities, digests, names. Below it {@code dsse} (signatures), {@code manifest}, {@code
 * attest} (statements), {@code settings} (what a policy says) and {@code use} (what is allowed). Imports: nothing of ours.
 */
package io.taskgraph.policy.trust;
