/**
 * A question in, a verdict out: what is asked, by whom, on what, and what came of it. Imports: {@code contract} for the
 * words it shares with the document; nothing else of ours.
 */
package io.taskgraph.policy.decision;
