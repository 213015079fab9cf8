/** End-to-end load on an embedded cluster, and its limit: behind {@code taskgraph bench}. May import everything of ours. */
package io.taskgraph.benchmarks;
