package io.taskgraph.schemas.admin;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The catalogue's topics on a cluster: create, describe, compare. It never alters nor deletes what is there. The admin
 * client stays the caller's, who closes it.
 */
public final class TopicAdmin {
    private static final long POLL_MILLIS = 50;

    private final Admin admin;
    private final Duration timeout;

    /** With half a minute's patience for each call. */
    public TopicAdmin(Admin admin) {
        this(admin, Duration.ofSeconds(30));
    }

    /**
     * @param admin the connection
     * @param timeout how long one call may take in all, before it fails with {@link ClusterUnavailableException}
     */
    public TopicAdmin(Admin admin, Duration timeout) {
        this.admin = admin;
        this.timeout = timeout;
    }

    /**
     * Creates the topics that are missing and waits until the cluster lists them. What exists is left as it is, also
     * where it differs: see {@link #drift}.
     *
     * @param replicationFactor how many replicas; empty: what the cluster has as its default
     * @return the topics that this call created, in the catalogue's order
     * @throws ClusterUnavailableException if the cluster does not answer in time
     * @throws ClusterRefusedException if it refuses, for instance because we may not, or has too few brokers
     */
    public List<Topic<?>> create(TopicCatalogue catalogue, Optional<Short> replicationFactor) {
        Deadline deadline = new Deadline(timeout);
        List<Topic<?>> missing = describe(catalogue, deadline).stream()
                .filter(state -> !state.exists())
                .<Topic<?>>map(TopicState::topic)
                .toList();
        if (missing.isEmpty()) {
            return List.of();
        }
        CreateTopicsResult result = admin.createTopics(missing.stream()
                .map(topic -> new NewTopic(topic.name(), Optional.of(topic.partitions()), replicationFactor)
                        .configs(topic.settings()))
                .toList());
        List<Topic<?>> created = new ArrayList<>();
        for (Topic<?> topic : missing) {
            if (create(topic, result.values().get(topic.name()), deadline)) {
                created.add(topic);
            }
        }
        awaitListed(catalogue, deadline);
        return List.copyOf(created);
    }

    /**
     * Each topic of the catalogue as the cluster has it, in the catalogue's order. Errors as for {@link #create}.
     */
    public List<TopicState> describe(TopicCatalogue catalogue) {
        return describe(catalogue, new Deadline(timeout));
    }

    /** All that differs between the catalogue and the cluster; empty if nothing does. Errors as for {@link #create}. */
    public List<Drift> drift(TopicCatalogue catalogue) {
        return describe(catalogue).stream()
                .flatMap(state -> state.drift().stream())
                .toList();
    }

    private boolean create(Topic<?> topic, KafkaFuture<Void> creation, Deadline deadline) {
        try {
            await("Topic " + topic.name() + " cannot be created", creation, deadline);
            return true;
        } catch (ClusterRefusedException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false; // somebody else did, in the meantime
            }
            throw e;
        }
    }

    /** The answer to a creation comes from the controller; brokers learn of the topic a moment later. */
    private void awaitListed(TopicCatalogue catalogue, Deadline deadline) {
        while (describe(catalogue, deadline).stream().anyMatch(state -> !state.exists())) {
            if (deadline.remainingMillis() == 0) {
                throw new ClusterUnavailableException(
                        "The topics were created but the cluster does not list them all within " + timeout.toMillis()
                                + " ms: see to its brokers, and try again.",
                        null);
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    private List<TopicState> describe(TopicCatalogue catalogue, Deadline deadline) {
        List<String> names = catalogue.all().stream().map(Topic::name).toList();
        Map<String, KafkaFuture<TopicDescription>> asked =
                admin.describeTopics(names).topicNameValues();
        Map<String, TopicDescription> found = new HashMap<>();
        asked.forEach((name, future) -> describe(name, future, deadline).ifPresent(d -> found.put(name, d)));
        Map<String, Map<String, String>> settings =
                settings(found.keySet().stream().toList(), deadline);
        return catalogue.all().stream()
                .map(topic -> state(topic, found.get(topic.name()), settings.get(topic.name())))
                .toList();
    }

    private static TopicState state(Topic<?> topic, TopicDescription found, Map<String, String> settings) {
        if (found == null || settings == null) {
            return TopicState.missing(topic);
        }
        Map<String, String> ours = new TreeMap<>(settings);
        ours.keySet().retainAll(topic.settings().keySet());
        int replicas = found.partitions().isEmpty()
                ? 0
                : found.partitions().get(0).replicas().size();
        return new TopicState(topic, true, found.partitions().size(), replicas, ours);
    }

    private Optional<TopicDescription> describe(String name, KafkaFuture<TopicDescription> future, Deadline deadline) {
        return unlessUnknown(() -> await("Topic " + name + " cannot be described", future, deadline));
    }

    private Map<String, Map<String, String>> settings(List<String> names, Deadline deadline) {
        Map<ConfigResource, KafkaFuture<Config>> asked = admin.describeConfigs(names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .values();
        Map<String, Map<String, String>> all = new HashMap<>();
        asked.forEach((resource, future) -> unlessUnknown(
                        () -> await("The settings of topic " + resource.name() + " cannot be read", future, deadline))
                .ifPresent(config -> all.put(resource.name(), values(config))));
        return all;
    }

    private static Map<String, String> values(Config config) {
        Map<String, String> values = new HashMap<>();
        for (ConfigEntry entry : config.entries()) {
            if (entry.value() != null) {
                values.put(entry.name(), entry.value());
            }
        }
        return values;
    }

    private interface Question<R> {
        R ask();
    }

    private static <R> Optional<R> unlessUnknown(Question<R> question) {
        try {
            return Optional.of(question.ask());
        } catch (ClusterUnavailableException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static <R> R await(String failure, KafkaFuture<R> future, Deadline deadline) {
        try {
            return future.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (TimeoutException e) {
            throw new ClusterUnavailableException(
                    failure + ": the cluster does not answer in time. See to it, or correct bootstrap.servers.", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String message = failure + ": " + sentence(cause.getMessage());
            if (cause instanceof RetriableException && !(cause instanceof InvalidReplicationFactorException)) {
                throw new ClusterUnavailableException(message, cause);
            }
            throw new ClusterRefusedException(message, cause);
        }
    }

    private static String sentence(String message) {
        return message == null ? "the cluster gives no reason." : message.endsWith(".") ? message : message + ".";
    }

    /** When the patience of one call ends. */
    private static final class Deadline {
        private final long nanos;

        Deadline(Duration timeout) {
            nanos = System.nanoTime() + timeout.toNanos();
        }

        long remainingMillis() {
            return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime()));
        }
    }
}
