package io.taskgraph.client;

import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.RegistryConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How to reach a control plane.
 *
 * @param bootstrap Kafka bootstrap addresses, {@code host:port}, separated by commas
 * @param registryUrl base address of a schema registry with Confluent's API, or several, separated by commas
 * @param prefix of topic and group names
 * @param properties further properties of any Kafka client or the registry's ({@code security.protocol},
 *     {@code sasl.jaas.config}, {@code ssl.truststore.location}, {@code basic.auth.user.info}, {@code linger.ms}, …);
 *     each client takes those it knows. What the protocol depends on ({@code acks}, {@code isolation.level}, …) cannot
 *     be changed by them
 * @param connectTimeout how long to wait at the start for broker, topics and registry to be there
 * @param decisionTimeout how long to wait for the decision on a message
 */
public record ClientConfig(
        String bootstrap,
        String registryUrl,
        String prefix,
        Map<String, String> properties,
        Duration connectTimeout,
        Duration decisionTimeout) {

    public ClientConfig {
        if (bootstrap == null || bootstrap.isBlank()) {
            throw new IllegalArgumentException(
                    "There is no Kafka bootstrap address: give one, for instance localhost:9092.");
        }
        if (registryUrl == null || registryUrl.isBlank()) {
            throw new IllegalArgumentException(
                    "There is no schema registry address: give one, for instance http://localhost:8081.");
        }
        Objects.requireNonNull(prefix, "prefix");
        properties = Map.copyOf(properties);
        requirePositive("connect timeout", connectTimeout);
        requirePositive("decision timeout", decisionTimeout);
    }

    /** A configuration with these addresses, and defaults otherwise; see {@link Builder}. */
    public static ClientConfig of(String bootstrap, String registryUrl) {
        return builder(bootstrap, registryUrl).build();
    }

    /** Begins a configuration. */
    public static Builder builder(String bootstrap, String registryUrl) {
        return new Builder(bootstrap, registryUrl);
    }

    /**
     * The catalogue of our topics there. Its partition count is the default, not the cluster's: it is used for names
     * only.
     */
    TopicCatalogue topics() {
        return TopicCatalogue.of(prefix, TopicCatalogue.DEFAULT_PARTITIONS);
    }

    RegistryConfig registry() {
        Map<String, String> all = new LinkedHashMap<>(properties);
        all.put(RegistryConfig.URL_PROPERTY, registryUrl);
        return RegistryConfig.from(all);
    }

    static void requirePositive(String what, Duration duration) {
        if (duration == null || duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("The " + what + " is " + duration + ": it must be longer than nothing.");
        }
    }

    /** Collects a configuration. */
    public static final class Builder {
        private final String bootstrap;
        private final String registryUrl;
        private final Map<String, String> properties = new LinkedHashMap<>();
        private String prefix = TopicCatalogue.DEFAULT_PREFIX;
        private Duration connectTimeout = Duration.ofSeconds(60);
        private Duration decisionTimeout = Duration.ofSeconds(30);

        private Builder(String bootstrap, String registryUrl) {
            this.bootstrap = bootstrap;
            this.registryUrl = registryUrl;
        }

        /** Of topic and group names; default {@value TopicCatalogue#DEFAULT_PREFIX}. */
        public Builder prefix(String value) {
            prefix = value;
            return this;
        }

        /** One further property of Kafka's clients or the registry's. */
        public Builder property(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /** Further properties of Kafka's clients or the registry's. */
        public Builder properties(Map<String, String> values) {
            properties.putAll(values);
            return this;
        }

        /** How long to wait at the start for broker, topics and registry; default one minute. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /** How long to wait for the decision on a message; default 30 seconds. */
        public Builder decisionTimeout(Duration value) {
            decisionTimeout = value;
            return this;
        }

        /** @throws IllegalArgumentException with one sentence, if something is missing or out of its range */
        public ClientConfig build() {
            return new ClientConfig(bootstrap, registryUrl, prefix, properties, connectTimeout, decisionTimeout);
        }
    }
}
