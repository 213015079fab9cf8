/**
 * A real Kafka broker and schema registry on this machine, in and beside this JVM.
 *
 * <p>May import: nothing of ours; Kafka's server and clients, Jackson.
 */
package io.taskgraph.embedded;
