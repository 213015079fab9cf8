package io.taskgraph.schemas.registry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How to reach the schema registry.
 *
 * @param urls base addresses of its Confluent-compatible API, tried in turn; {@code mock://scope} is one within this
 *     process, for tests
 * @param properties further properties of Confluent's client, for instance {@code basic.auth.credentials.source},
 *     {@code basic.auth.user.info}, {@code schema.registry.ssl.truststore.location}
 * @param autoRegister whether a serializer registers its schema when it first writes (after having set the subject to
 *     FULL_TRANSITIVE); otherwise the schema must stand there already
 */
public record RegistryConfig(List<String> urls, Map<String, Object> properties, boolean autoRegister) {
    /** The prefix under which client configurations carry properties of the registry's client. */
    public static final String PROPERTY_PREFIX = "schema.registry.";

    /** The property that carries the addresses, separated by commas. */
    public static final String URL_PROPERTY = "schema.registry.url";

    /** The property that says whether serializers register their schemas; {@code true} where it is absent. */
    public static final String AUTO_REGISTER_PROPERTY = "auto.register.schemas";

    public RegistryConfig {
        urls = List.copyOf(urls);
        if (urls.isEmpty() || urls.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "There is no schema registry address: give one, for instance http://localhost:8081.");
        }
        properties = Map.copyOf(properties);
    }

    /**
     * That registry, without further properties; serializers register their schemas.
     *
     * @param urls one address or several, separated by commas
     */
    public static RegistryConfig of(String urls) {
        return new RegistryConfig(Arrays.asList(urls.trim().split("\\s*,\\s*")), Map.of(), true);
    }

    /**
     * From a client configuration: {@code schema.registry.url}, {@code auto.register.schemas}, and what the registry's
     * client may need ({@code schema.registry.*}, {@code basic.auth.*}, {@code bearer.auth.*}, and its HTTP settings).
     * Other entries, such as Kafka's own, are passed over.
     *
     * @throws IllegalArgumentException if there is no address
     */
    public static RegistryConfig from(Map<String, ?> configuration) {
        Object url = configuration.get(URL_PROPERTY);
        if (url == null) {
            throw new IllegalArgumentException("The configuration has no " + URL_PROPERTY + ".");
        }
        Map<String, Object> properties = new TreeMap<>();
        configuration.forEach((name, value) -> {
            if (value != null && !name.equals(URL_PROPERTY) && isOurs(name)) {
                properties.put(name, value);
            }
        });
        Object auto = configuration.get(AUTO_REGISTER_PROPERTY);
        return of(url.toString())
                .with(properties)
                .withAutoRegister(auto == null || Boolean.parseBoolean(auto.toString()));
    }

    /** The same with these properties added. */
    public RegistryConfig with(Map<String, ?> more) {
        Map<String, Object> all = new TreeMap<>(properties);
        all.putAll(more);
        return new RegistryConfig(urls, all, autoRegister);
    }

    /** The same, registering or not. */
    public RegistryConfig withAutoRegister(boolean register) {
        return new RegistryConfig(urls, properties, register);
    }

    private static boolean isOurs(String name) {
        return name.startsWith(PROPERTY_PREFIX)
                || name.startsWith("basic.auth.")
                || name.startsWith("bearer.auth.")
                || name.startsWith("http.")
                || name.startsWith("proxy.")
                || name.startsWith("missing.")
                || name.equals("max.retries")
                || name.equals("retries.wait.ms")
                || name.equals("retries.max.wait.ms");
    }
}
