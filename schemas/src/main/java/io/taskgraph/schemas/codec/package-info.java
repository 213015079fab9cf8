/** Records to Avro bytes and back, and digests of those bytes: pure, no Kafka, no registry. Imports the generated records only. */
package io.taskgraph.schemas.codec;
