package io.taskgraph.schemas.registry;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A connection to a Confluent-compatible schema registry, and the serializers that use it. Opening it asks nothing of
 * the registry yet. Safe for any thread; one for each process is enough, as all that it makes share its caches.
 */
public final class SchemaRegistry implements AutoCloseable {
    private static final int CACHED_SCHEMAS = 10_000;

    private final SchemaRegistryClient client;
    private final RegistryConfig config;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Class<?>, RecordCodec<?>> codecs = new ConcurrentHashMap<>();

    private SchemaRegistry(RegistryConfig config) {
        this.config = config;
        Map<String, Object> properties = new TreeMap<>();
        // A record that names an id at random costs one question, not one for each time that it is read.
        properties.put(SchemaRegistryClientConfig.MISSING_ID_CACHE_TTL_CONFIG, 5L);
        properties.put(SchemaRegistryClientConfig.MAX_RETRIES_CONFIG, "2");
        properties.put(SchemaRegistryClientConfig.RETRIES_WAIT_MS_CONFIG, "200");
        properties.put(SchemaRegistryClientConfig.HTTP_CONNECT_TIMEOUT_MS, "5000");
        properties.put(SchemaRegistryClientConfig.HTTP_READ_TIMEOUT_MS, "15000");
        config.properties().forEach((name, value) -> properties.put(name, typed(name, value)));
        this.client = SchemaRegistryClientFactory.newClient(
                config.urls(), CACHED_SCHEMAS, List.of(new AvroSchemaProvider()), properties, Map.of());
    }

    /** Opens a connection. */
    public static SchemaRegistry open(RegistryConfig config) {
        return new SchemaRegistry(config);
    }

    /** Opens a connection to that address, or to those, separated by commas. */
    public static SchemaRegistry open(String urls) {
        return open(RegistryConfig.of(urls));
    }

    /** A serializer of the topic's values. Safe for any thread. */
    public <T extends SpecificRecord> RecordSerializer<T> serializer(Topic<T> topic) {
        return new RecordSerializer<>(this, topic, codec(topic.type()));
    }

    /** A deserializer of the topic's values. Safe for any thread. */
    public <T extends SpecificRecord> RecordDeserializer<T> deserializer(Topic<T> topic) {
        return new RecordDeserializer<>(this, codec(topic.type()));
    }

    /** Both. */
    public <T extends SpecificRecord> Serde<T> serde(Topic<T> topic) {
        return Serdes.serdeFrom(serializer(topic), deserializer(topic));
    }

    /** Where it connects to, for messages. */
    public String address() {
        return String.join(",", config.urls());
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The connection to the schema registry at " + address() + " could not be closed: " + e.getMessage(),
                    e);
        }
    }

    @SuppressWarnings("unchecked")
    private <T extends SpecificRecord> RecordCodec<T> codec(Class<T> type) {
        return (RecordCodec<T>) codecs.computeIfAbsent(type, ignored -> RecordCodec.of(type));
    }

    /**
     * The id under which to write the topic's values: registers the schema if so configured, or looks it up.
     *
     * @throws RegistryUnavailableException if the registry does not answer
     * @throws RegistryRefusedException if it refuses the schema, or does not have it and we are not to register it
     */
    int idOf(Topic<?> topic) {
        if (config.autoRegister()) {
            return SchemaRegistration.register(this, topic).id();
        }
        String subject = topic.subject();
        return ask("The schema of subject " + subject, () -> {
            try {
                return client.getId(subject, new AvroSchema(topic.schema()), true);
            } catch (RestClientException e) {
                if (saysNotFound(e)) {
                    throw new RegistryRefusedException(
                            "The registry at " + address() + " does not have our schema under subject " + subject
                                    + ": register it with 'taskgraph topics create', or allow "
                                    + RegistryConfig.AUTO_REGISTER_PROPERTY + ".",
                            e);
                }
                throw e;
            }
        });
    }

    /**
     * The Avro schema of that id.
     *
     * @throws UnreadableRecordException of kind {@code UNKNOWN_SCHEMA}, if the registry says that there is none
     * @throws RegistryUnavailableException if the registry does not answer
     * @throws RegistryRefusedException if it answers otherwise, for instance that we may not ask
     */
    public Schema schemaOf(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        ParsedSchema found = ask("Schema id " + id, () -> {
            try {
                return client.getSchemaById(id);
            } catch (RestClientException e) {
                if (saysNotFound(e)) {
                    throw unknown(id, e);
                }
                throw e;
            } catch (IOException e) {
                // The client's word for a schema that it got but cannot parse. It will not become any better.
                if (String.valueOf(e.getMessage()).startsWith("Invalid schema")) {
                    throw unknown(id, e);
                }
                throw e;
            } catch (RuntimeException e) {
                throw unknown(id, e); // a schema of a language that we have no parser for
            }
        });
        if (!(found instanceof AvroSchema avro)) {
            throw unknown(id, null);
        }
        schemas.put(id, avro.rawSchema());
        return avro.rawSchema();
    }

    SchemaRegistryClient client() {
        return client;
    }

    /** Asks the registry, and turns its exceptions into ours. */
    <R> R ask(String what, Question<R> question) {
        try {
            return question.ask();
        } catch (RestClientException e) {
            if (e.getStatus() >= 500 || e.getStatus() == 429 || e.getStatus() == 408) {
                throw new RegistryUnavailableException(
                        what + ": the registry at " + address() + " answered with status " + e.getStatus() + " ("
                                + e.getMessage() + "): see to it, and try again.",
                        e);
            }
            throw new RegistryRefusedException(
                    what + ": the registry at " + address() + " refused with status " + e.getStatus() + ": "
                            + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new RegistryUnavailableException(
                    what + ": the registry at " + address() + " cannot be reached (" + e.getMessage()
                            + "): start it, or correct " + RegistryConfig.URL_PROPERTY + ".",
                    e);
        }
    }

    /** The client casts some numbers that it should parse, and configuration files give text. */
    private static Object typed(String name, Object value) {
        try {
            if (name.endsWith(".ttl.sec")) {
                return Long.valueOf(value.toString().trim());
            }
            if (name.equals(SchemaRegistryClientConfig.MISSING_CACHE_SIZE_CONFIG)) {
                return Integer.valueOf(value.toString().trim());
            }
            return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " has to be a whole number, not '" + value + "'.", e);
        }
    }

    /** Told from a 404 of something that is no registry by the error codes 404xx, which only a registry's answers have. */
    private static boolean saysNotFound(RestClientException e) {
        return e.getStatus() == 404 && e.getErrorCode() / 100 == 404;
    }

    private UnreadableRecordException unknown(int id, Exception cause) {
        return new UnreadableRecordException(
                UnreadableRecordException.Kind.UNKNOWN_SCHEMA,
                "The record names schema id " + id + ", of which the registry at " + address()
                        + " knows no Avro schema: write it through this registry.",
                cause);
    }

    /** A question to the registry's client. */
    interface Question<R> {
        R ask() throws IOException, RestClientException;
    }
}
