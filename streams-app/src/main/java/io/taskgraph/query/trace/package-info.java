/** A run as a trace of spans, and the formats it is written in. May import {@code engine}, {@code graph}, {@code schemas}; no Kafka. */
package io.taskgraph.query.trace;
