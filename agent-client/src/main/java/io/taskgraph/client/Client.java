package io.taskgraph.client;

import io.taskgraph.avro.Command;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;

/**
 * A connection for planners and operators. One for each process is enough; it is safe for any thread. Workers have
 * connections of their own: {@link Worker#builder}.
 *
 * <p>A broker or registry that goes away later and comes back is survived: what is sent meanwhile waits, and fails with a
 * {@link NoDecisionException} when nothing was heard in time.
 */
public final class Client implements AutoCloseable {
    private final TopicCatalogue topics;
    private final SchemaRegistry registry;
    private final Submissions submissions;
    private final KafkaSettings settings;
    private final ClientConfig config;

    private Client(
            ClientConfig config,
            KafkaSettings settings,
            TopicCatalogue topics,
            SchemaRegistry registry,
            Submissions submissions) {
        this.config = config;
        this.settings = settings;
        this.topics = topics;
        this.registry = registry;
        this.submissions = submissions;
    }

    /**
     * Connects, waiting until broker, topics and registry are there.
     *
     * @throws ClientException with one sentence, if they are not within {@link ClientConfig#connectTimeout()}, or refuse
     */
    public static Client connect(ClientConfig config) {
        TopicCatalogue topics = config.topics();
        KafkaSettings settings = new KafkaSettings(config);
        SchemaRegistry registry = SchemaRegistry.open(config.registry());
        try {
            List<Topic<?>> written = List.of(topics.mutations(), topics.directives());
            Map<String, Integer> partitions = Readiness.await(
                    config,
                    settings,
                    registry,
                    List.of(topics.mutations(), topics.directives(), topics.decisions()),
                    written);
            String clientId = "taskgraph-client-" + Ids.shortRandom();
            DecisionTail tail = new DecisionTail(
                    settings,
                    clientId + "-decisions",
                    topics.decisions().name(),
                    partitions.get(topics.decisions().name()),
                    registry.deserializer(topics.decisions()));
            return new Client(
                    config,
                    settings,
                    topics,
                    registry,
                    new Submissions(config, settings, registry, tail, clientId + "-inputs"));
        } catch (ClientException e) {
            registry.close();
            throw e;
        } catch (KafkaException e) {
            registry.close();
            throw new ClientException("No connection to Kafka at " + config.bootstrap() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Somebody who creates and patches runs.
     *
     * @param actor who it is, recorded with what it says; informational, at most 256 characters
     */
    public Planner planner(String actor) {
        return new Planner(submissions, topics.mutations(), actor, this::leadSignals);
    }

    private SignalTail leadSignals(Consumer<Command> to) {
        String topic = topics.signals().name();
        Map<String, Integer> partitions =
                Readiness.await(config, settings, registry, List.of(topics.signals()), List.of());
        return new SignalTail(
                settings,
                "taskgraph-lead-" + Ids.shortRandom(),
                topic,
                partitions.get(topic),
                registry.deserializer(topics.signals()),
                Letter.LEAD,
                to);
    }

    /**
     * Somebody who gives directives.
     *
     * @param actor who it is, recorded with what it says; informational: authority comes from being let write the topic
     */
    public Operator operator(String actor) {
        return new Operator(submissions, topics.directives(), actor, null);
    }

    /**
     * Somebody who gives directives and signs them: what runs take whose policy names operators.
     *
     * @param actor the operator's name, as the policy has it for the key
     * @param signer signs with that key
     */
    public Operator operator(String actor, DirectiveSigner signer) {
        return new Operator(submissions, topics.directives(), actor, Objects.requireNonNull(signer, "signer"));
    }

    /** Closes within about ten seconds. Decisions that are still waited for complete exceptionally. */
    @Override
    public void close() {
        submissions.close();
        registry.close();
    }
}
