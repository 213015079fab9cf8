package io.taskgraph.cli;

import io.taskgraph.client.ClientConfig;
import io.taskgraph.query.Source;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.admin.ClusterUnavailableException;
import io.taskgraph.schemas.registry.RegistryConfig;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Where a command works: a Kafka cluster, its schema registry, and the prefix of our topics there.
 *
 * @param bootstrap Kafka bootstrap addresses, {@code host:port[,host:port…]}
 * @param registryUrl base URL of a registry that speaks Confluent's API
 * @param prefix prefix of every topic name, its trailing dot included; may be empty
 * @param properties further client properties (SASL, TLS, …), without the two addresses
 */
public record Cluster(String bootstrap, String registryUrl, String prefix, Map<String, String> properties) {
    /** How long planners, operators and workers try to connect. */
    static final Duration CONNECT = Duration.ofSeconds(30);

    private static final Duration ANSWER = Duration.ofSeconds(15);

    public Cluster {
        properties = Map.copyOf(properties);
    }

    /** The same with these client properties added. */
    Cluster with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(properties);
        all.putAll(more);
        return new Cluster(bootstrap, registryUrl, prefix, all);
    }

    /** Everything that a Kafka client or a Confluent serializer needs to connect, addresses included; a fresh copy. */
    public Map<String, Object> clientProperties() {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("bootstrap.servers", bootstrap);
        all.put("schema.registry.url", registryUrl);
        return all;
    }

    /**
     * An admin client of this cluster, which has answered.
     *
     * @throws ClusterUnavailableException when it does not answer within fifteen seconds; trying again may help
     */
    public Admin admin() {
        Map<String, Object> all = clientProperties();
        all.remove("schema.registry.url"); // it warns of what it does not know
        Admin admin = null;
        try {
            admin = Admin.create(all);
            admin.describeCluster().nodes().get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
            return admin;
        } catch (InterruptedException e) {
            close(admin);
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            close(admin);
            if (e.getCause() instanceof RetriableException) {
                throw unavailable(e);
            }
            throw new CommandException(Errors.explain(e.getCause(), true), e.getCause());
        } catch (TimeoutException e) {
            close(admin);
            throw unavailable(e);
        } catch (KafkaException e) {
            close(admin);
            if (Errors.isUnresolvable(Errors.reasonOfUnmade(e))) {
                throw unavailable(e);
            }
            throw new CommandException(Errors.explain(e, true), e);
        }
    }

    private ClusterUnavailableException unavailable(Exception cause) {
        return new ClusterUnavailableException(
                "No broker answers at " + bootstrap + ": start it, or correct --bootstrap.", cause);
    }

    private static void close(Admin admin) {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }

    /** A connection to this cluster's registry; it connects when it is first used. */
    public SchemaRegistry registry() {
        return SchemaRegistry.open(RegistryConfig.from(clientProperties()));
    }

    /** {@link #clientProperties()} as {@link Properties}. */
    public Properties asProperties() {
        Properties all = new Properties();
        all.putAll(clientProperties());
        return all;
    }

    /**
     * How planners, operators and workers connect.
     *
     * @param decisionTimeout how long to wait for the decision on a message
     */
    public ClientConfig client(Duration decisionTimeout) {
        return ClientConfig.builder(bootstrap, registryUrl)
                .prefix(prefix)
                .properties(properties)
                .connectTimeout(CONNECT)
                .decisionTimeout(decisionTimeout)
                .build();
    }

    /** Where views read, with a registry from {@link #registry()}, which whoever opened it closes. */
    public Source source(SchemaRegistry registry) {
        return new Source(clientProperties(), TopicCatalogue.of(prefix, TopicCatalogue.DEFAULT_PARTITIONS), registry);
    }
}
