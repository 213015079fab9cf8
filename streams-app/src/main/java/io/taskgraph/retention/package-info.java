/** Takes snapshots by folding the log, and cuts off history behind those that were verified. May import engine, snapshot, replay and schemas. */
package io.taskgraph.retention;
