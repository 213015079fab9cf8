/** Strict reading of JSON from strangers. Imports: {@code document} for the nearest name; nothing else of ours. */
package io.taskgraph.policy.json;
