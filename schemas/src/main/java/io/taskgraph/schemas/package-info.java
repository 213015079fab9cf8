/** The topic catalogue and the record headers: where each kind of record travels. Imports the generated records and {@code codec}. */
package io.taskgraph.schemas;
