/** Read-only views over topics: never decides, never writes. May import {@code engine}, {@code graph}, {@code schemas}, Kafka. */
package io.taskgraph.query;
