/** The task graph: tasks, edges, ready order, cycle check. May import the JDK only. */
package io.taskgraph.graph;
