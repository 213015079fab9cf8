/**
 * What others say about artifacts: in-toto statements. Imports: {@code json}, {@code trust}; nothing else of ours.
 */
package io.taskgraph.policy.trust.attest;
