/**
 * The policy document: its sections, its canonical text and digest, and the policy that is asked. Imports: {@code document},
 * {@code decision}, {@code rules}, {@code trust}; nothing else of ours.
 */
package io.taskgraph.policy.contract;
