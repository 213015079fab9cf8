/** Signatures: DSSE envelopes and Ed25519 by the platform. Imports: {@code json}, {@code trust}; nothing else of ours. */
package io.taskgraph.policy.trust.dsse;
