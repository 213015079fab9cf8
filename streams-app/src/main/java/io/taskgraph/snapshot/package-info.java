/** Snapshots of runs: made, read back, checked, loaded. May import engine, graph and schemas. */
package io.taskgraph.snapshot;
