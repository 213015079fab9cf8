package io.taskgraph.schemas;

import io.taskgraph.schemas.codec.PublishedSchema;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * One topic of the catalogue.
 *
 * @param family the name without prefix, for instance {@code mutations}: what decisions record as the family of their
 *     cause
 * @param name the name on the cluster, prefix included
 * @param type the generated class of its values
 * @param key what its keys are, for people; on the wire all keys are UTF-8 text
 * @param partitions how many partitions it has
 * @param settings topic settings by their Kafka names, in name order; what is not named here is left to the cluster
 * @param writers who writes it, for people and for access rules
 * @param readers who reads it
 * @param purpose what it is for, one sentence
 */
public record Topic<T extends SpecificRecord>(
        String family,
        String name,
        Class<T> type,
        String key,
        int partitions,
        Map<String, String> settings,
        String writers,
        String readers,
        String purpose) {

    public Topic {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** The schema of its values as this version of the software writes them, in the form that the registry gets. */
    public Schema schema() {
        return PublishedSchema.of(SpecificData.get().getSchema(type));
    }

    /** The registry subject of its values, by Confluent's TopicNameStrategy. */
    public String subject() {
        return name + "-value";
    }
}
