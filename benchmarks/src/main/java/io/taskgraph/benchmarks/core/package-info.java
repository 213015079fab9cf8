/** JMH benchmarks of the pure core. May import engine, graph, spec and schemas. */
package io.taskgraph.benchmarks.core;
