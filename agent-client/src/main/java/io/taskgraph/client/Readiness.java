package io.taskgraph.client;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.registry.RegistryRefusedException;
import io.taskgraph.schemas.registry.RegistryUnavailableException;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits at the start until everything is there that a client needs: the broker, our topics, the registry. What will not
 * mend by itself (a refused login, a setting that makes no sense) is not waited for.
 */
final class Readiness {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
    private static final int ASK_MILLIS = 5_000;
    private static final long PAUSE_MILLIS = 500;
    private static final long REMIND_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ClientConfig config;
    private final long deadline;
    private String said = "";
    private long saidAt;

    private Readiness(ClientConfig config) {
        this.config = config;
        this.deadline = System.nanoTime() + config.connectTimeout().toNanos();
    }

    /**
     * Waits, saying so in the log.
     *
     * @param topics those that must be there
     * @param written of them, those whose schema must be known to the registry because we write them
     * @return how many partitions each has, by topic name
     * @throws ClientException if something is not there in time, or never will be
     */
    static Map<String, Integer> await(
            ClientConfig config,
            KafkaSettings settings,
            SchemaRegistry registry,
            List<Topic<?>> topics,
            List<Topic<?>> written) {
        Readiness readiness = new Readiness(config);
        Map<String, Integer> partitions = readiness.awaitTopics(settings, topics);
        written.forEach(topic -> readiness.awaitSchema(registry, topic));
        return partitions;
    }

    private Map<String, Integer> awaitTopics(KafkaSettings settings, List<Topic<?>> topics) {
        List<String> names = topics.stream().map(Topic::name).toList();
        while (true) {
            String missing;
            try (Admin admin = Admin.create(settings.admin("taskgraph-start"))) {
                missing = null;
                Map<String, Integer> partitions = new TreeMap<>();
                Map<String, KafkaFuture<TopicDescription>> asked = admin.describeTopics(
                                names, new DescribeTopicsOptions().timeoutMs(ASK_MILLIS))
                        .topicNameValues();
                for (Map.Entry<String, KafkaFuture<TopicDescription>> one : asked.entrySet()) {
                    partitions.put(
                            one.getKey(), one.getValue().get().partitions().size());
                }
                return partitions;
            } catch (ExecutionException e) {
                missing = transientProblem(e.getCause());
            } catch (KafkaException e) {
                missing = transientProblem(e.getCause() instanceof ConfigException config ? config : e);
            } catch (InterruptedException e) {
                throw interrupted();
            }
            pause(missing);
        }
    }

    /** What is missing, if it may yet come; else the exception that ends the wait. */
    private String transientProblem(Throwable problem) {
        if (problem instanceof UnknownTopicOrPartitionException) {
            return "the topics with prefix '" + config.prefix() + "' are not all on " + config.bootstrap()
                    + " yet; create them with 'taskgraph topics create', or correct the prefix";
        }
        if (problem instanceof TimeoutException) {
            return "Kafka at " + config.bootstrap() + " does not answer; start it, or correct the address";
        }
        if (problem instanceof ConfigException && problem.getMessage().contains("resolvable")) {
            return "no host of " + config.bootstrap() + " can be resolved; correct the address, or start the network";
        }
        if (problem instanceof RetriableException) {
            return "Kafka at " + config.bootstrap() + " is not ready (" + problem.getMessage() + ")";
        }
        throw new ClientException(
                "Kafka at " + config.bootstrap() + " cannot be used: " + problem.getMessage()
                        + " Correct the client's properties or its rights there.",
                problem);
    }

    private void awaitSchema(SchemaRegistry registry, Topic<?> topic) {
        while (true) {
            try {
                registry.serializer(topic).schemaId();
                return;
            } catch (RegistryUnavailableException e) {
                pause("the schema registry at " + config.registryUrl()
                        + " does not answer; start it, or correct the address");
            } catch (RegistryRefusedException e) {
                throw new ClientException(e.getMessage(), e);
            }
        }
    }

    private void pause(String missing) {
        long now = System.nanoTime();
        if (now - deadline >= 0) {
            throw new ClientException("Gave up after " + config.connectTimeout().toMillis() + " ms: " + missing + ".");
        }
        if (!missing.equals(said) || now - saidAt >= REMIND_NANOS) {
            LOG.info(
                    "Waiting, for {} s more at most: {}.",
                    Duration.ofNanos(deadline - now).toSeconds(),
                    missing);
            said = missing;
            saidAt = now;
        }
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static ClientException interrupted() {
        Thread.currentThread().interrupt();
        return new ClientException("Interrupted while waiting for the cluster.");
    }
}
