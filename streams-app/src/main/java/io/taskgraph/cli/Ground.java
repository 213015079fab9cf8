package io.taskgraph.cli;

import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.admin.Drift;
import io.taskgraph.schemas.admin.TopicAdmin;
import io.taskgraph.schemas.registry.SchemaRegistration;
import io.taskgraph.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/**
 * What the topology needs to stand on: the catalogue's topics on the cluster, their schemas in the registry.
 *
 * @param catalogue the catalogue, with the partition count that the cluster has
 * @param created the topics that were missing
 * @param drift how what was there differs from the catalogue
 */
record Ground(TopicCatalogue catalogue, List<Topic<?>> created, List<Drift> drift) {
    /** How long one attempt waits for the cluster; {@link Patience} makes several. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /**
     * Creates what is missing; doing so again changes nothing.
     *
     * @param partitions null: what the cluster has, or the default for a new one
     * @param replication null: the cluster's default
     */
    static Ground lay(Cluster cluster, Integer partitions, Short replication, Patience patience) {
        Ground ground = patience.until(() -> {
            try (Admin admin = cluster.admin()) {
                TopicAdmin topics = new TopicAdmin(admin, ANSWER);
                TopicCatalogue catalogue = catalogue(topics, cluster.prefix(), partitions);
                List<Topic<?>> created = topics.create(catalogue, Optional.ofNullable(replication));
                return new Ground(catalogue, created, topics.drift(catalogue));
            }
        });
        try (SchemaRegistry registry = cluster.registry()) {
            patience.until(() -> SchemaRegistration.registerAll(registry, ground.catalogue()));
        }
        return ground;
    }

    /**
     * The catalogue to compare a cluster with. Its partition count cannot be changed under runs that are there, so where
     * none is asked for the cluster's own counts.
     */
    static TopicCatalogue catalogue(TopicAdmin topics, String prefix, Integer partitions) {
        if (partitions != null) {
            return TopicCatalogue.of(prefix, partitions);
        }
        TopicCatalogue standard = TopicCatalogue.of(prefix, TopicCatalogue.DEFAULT_PARTITIONS);
        int found = topics.describe(standard).get(0).partitions();
        return found == 0 || found == standard.partitions() ? standard : TopicCatalogue.of(prefix, found);
    }
}
