/** W3C trace context and the ids of spans. Imports the JDK only. */
package io.taskgraph.schemas.trace;
