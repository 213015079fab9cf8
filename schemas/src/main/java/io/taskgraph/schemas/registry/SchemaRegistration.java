package io.taskgraph.schemas.registry;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.entities.Config;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** Registers the catalogue's subjects. Doing so again changes nothing. */
public final class SchemaRegistration {
    /** The compatibility that every subject of ours has: all versions can read all versions. */
    public static final String COMPATIBILITY = "FULL_TRANSITIVE";

    private SchemaRegistration() {}

    /**
     * A subject that is registered.
     *
     * @param subject its name
     * @param id the id of the schema that this software writes
     */
    public record Registered(String subject, int id) {}

    /**
     * Registers the schema of each topic under its subject, each of which is {@value #COMPATIBILITY} before the first
     * schema goes in.
     *
     * @return what is registered, in the catalogue's order
     * @throws RegistryUnavailableException if the registry does not answer; try again
     * @throws RegistryRefusedException if it refuses a schema, for instance as incompatible with what stands there
     */
    public static List<Registered> registerAll(SchemaRegistry registry, TopicCatalogue catalogue) {
        List<Registered> all = new ArrayList<>();
        for (Topic<?> topic : catalogue.all()) {
            all.add(register(registry, topic));
        }
        return List.copyOf(all);
    }

    /**
     * Registers another version of a topic's schema, as an import brings it. Errors as for {@link #registerAll}.
     *
     * @return its id
     */
    public static int register(SchemaRegistry registry, Topic<?> topic, Schema version) {
        return registry.ask("Subject " + topic.subject(), () -> registry.client()
                .register(topic.subject(), new AvroSchema(version)));
    }

    /** Registers one topic's schema. Errors as for {@link #registerAll}. */
    public static Registered register(SchemaRegistry registry, Topic<?> topic) {
        String subject = topic.subject();
        return registry.ask("Subject " + subject, () -> {
            requireCompatibility(registry, subject);
            // A conflict may only say that an instance started at the same time has just registered the same: who asks
            // again is told its id. A conflict that is there a second time is one.
            try {
                return publish(registry, topic);
            } catch (RestClientException e) {
                requireConflict(e);
            }
            try {
                return publish(registry, topic);
            } catch (RestClientException e) {
                requireConflict(e);
                throw new RegistryRefusedException(
                        "Subject " + subject + " at " + registry.address()
                                + " has a schema that ours is not compatible with (" + e.getMessage()
                                + "): another version of the software, or another application, uses this subject."
                                + " Take another topic prefix or another registry.",
                        e);
            }
        });
    }

    /** Sets it only if it differs: other instances read it, and a registry may not let everyone change it. */
    private static void requireCompatibility(SchemaRegistry registry, String subject)
            throws IOException, RestClientException {
        if (!COMPATIBILITY.equals(compatibility(registry, subject))) {
            try {
                registry.client().updateConfig(subject, new Config(COMPATIBILITY));
            } catch (RestClientException e) {
                requireConflict(e);
                throw new RegistryUnavailableException(
                        "Subject " + subject + " at " + registry.address()
                                + " is just being set up by somebody else, as happens when instances start together:"
                                + " try again.",
                        e);
            }
        }
    }

    private static Registered publish(SchemaRegistry registry, Topic<?> topic) throws IOException, RestClientException {
        String subject = topic.subject();
        return new Registered(subject, registry.client().register(subject, new AvroSchema(topic.schema()), true));
    }

    private static void requireConflict(RestClientException e) throws RestClientException {
        if (e.getStatus() != 409) {
            throw e;
        }
    }

    private static String compatibility(SchemaRegistry registry, String subject)
            throws IOException, RestClientException {
        try {
            return registry.client().getConfig(subject).getCompatibilityLevel();
        } catch (RestClientException e) {
            if (e.getStatus() == 404) {
                return null; // none of its own yet
            }
            throw e;
        }
    }
}
