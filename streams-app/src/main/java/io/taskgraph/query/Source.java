package io.taskgraph.query;

import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.util.HashMap;
import java.util.Map;

/**
 * Where views read.
 *
 * @param clientProperties what a Kafka client needs to connect, {@code bootstrap.servers} included
 * @param topics names of the topics; its partition count is not used: the cluster is asked
 * @param registry the schemas of what stands on them; the views do not close it
 */
public record Source(Map<String, Object> clientProperties, TopicCatalogue topics, SchemaRegistry registry) {
    public Source {
        clientProperties = Map.copyOf(clientProperties);
    }

    /** What a consumer without a group needs, and nothing for a registry; a fresh copy. */
    Map<String, Object> consumerProperties() {
        Map<String, Object> p = new HashMap<>(clientProperties);
        p.keySet()
                .removeIf(name -> name.startsWith("schema.registry.")
                        || name.startsWith("basic.auth.")
                        || name.startsWith("bearer.auth."));
        p.remove("group.id");
        return p;
    }

    /** Kafka's addresses, for messages. */
    String bootstrap() {
        return String.valueOf(clientProperties.get("bootstrap.servers"));
    }
}
