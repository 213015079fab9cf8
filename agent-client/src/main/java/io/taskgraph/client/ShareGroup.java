package io.taskgraph.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of an agent type's share group. They belong to the group, not to its members, and must stand <em>before
 * the first member's first poll</em>, for two of their defaults are wrong for a queue of commands:
 *
 * <ul>
 *   <li>{@code share.auto.offset.reset} is {@code latest}: the commands that were written before the group's first member
 *       came would never be delivered, and work would be <em>lost</em> until the control plane offers it again. We set
 *       {@code earliest}. It takes effect once, when the group first meets a partition.
 *   <li>{@code share.isolation.level} is {@code read_uncommitted}: a dispatch would be delivered from a transaction that
 *       is aborted a moment later, which is work that nobody decided on: <em>invented</em>. We set
 *       {@code read_committed}.
 * </ul>
 *
 * <p>Three more are set where the broker allows it, and are not missed otherwise. {@code share.record.lock.duration.ms}:
 * we hold a lock only until a lease is reported, milliseconds, so a short one, where the broker allows it, brings a hung worker's commands to others
 * sooner; and a transaction's end marker that the consumer failed to
 * acknowledge holds the queue up for no longer (docs/performance.md). {@code share.delivery.count.limit}: a command that is delivered more often than this is dropped by the broker;
 * we give it its most. {@code share.assignment.interval.ms}: a worker that joins gets its partitions at once.
 */
final class ShareGroup {
    private static final Logger LOG = LoggerFactory.getLogger(ShareGroup.class);

    private static final String DELIVERIES = "share.delivery.count.limit";
    /** What a broker with its own defaults takes for it. */
    private static final String DELIVERIES_ELSEWHERE = "5";

    private static final String LOCK = "share.record.lock.duration.ms";
    /** The shortest lock that a broker with its own defaults allows. */
    private static final String LOCK_ELSEWHERE = "15000";

    private static final Map<String, String> NEEDED =
            new TreeMap<>(Map.of("share.auto.offset.reset", "earliest", "share.isolation.level", "read_committed"));
    private static final Map<String, String> WISHED =
            new TreeMap<>(Map.of(LOCK, "3000", DELIVERIES, "10", "share.assignment.interval.ms", "0"));

    private final String name;

    ShareGroup(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /**
     * Sees to the group's settings. Writes only what is not so already, so that any number of workers may call it.
     *
     * @return how often the broker delivers a record before it drops it, as far as can be told
     * @throws ClientException if the settings that we need do not stand and cannot be set
     */
    int ensure(Map<String, Object> adminSettings) {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, name);
        try (Admin admin = Admin.create(adminSettings)) {
            Map<String, String> standing = standing(admin, group);
            Map<String, String> needed = differing(NEEDED, standing);
            if (!needed.isEmpty()) {
                set(admin, group, needed);
            }
            for (Map.Entry<String, String> wish : differing(WISHED, standing).entrySet()) {
                if (wish(admin, group, wish.getKey(), wish.getValue())) {
                    standing.put(wish.getKey(), wish.getValue());
                } else if (wish.getKey().equals(LOCK)) {
                    wish(admin, group, LOCK, LOCK_ELSEWHERE);
                }
            }
            return Integer.parseInt(standing.getOrDefault(DELIVERIES, DELIVERIES_ELSEWHERE));
        } catch (ExecutionException e) {
            throw new ClientException(
                    "Share group " + name + " cannot be given the settings it needs (" + NEEDED + "): "
                            + e.getCause().getMessage() + remedy(e.getCause()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException("Interrupted while setting up share group " + name + ".");
        }
    }

    private boolean wish(Admin admin, ConfigResource group, String key, String value) throws InterruptedException {
        try {
            set(admin, group, Map.of(key, value));
            return true;
        } catch (ExecutionException e) {
            LOG.debug("Group {} keeps its {}: {}", name, key, e.getCause().getMessage());
            return false;
        }
    }

    private static String remedy(Throwable problem) {
        return problem instanceof InvalidConfigurationException || problem instanceof InvalidRequestException
                ? " It takes a broker of version 4.2 or later with share groups enabled."
                : " Set them with kafka-configs --entity-type groups, or grant the right to.";
    }

    private static Map<String, String> standing(Admin admin, ConfigResource group) throws InterruptedException {
        Map<String, String> values = new TreeMap<>();
        try {
            Config config = admin.describeConfigs(List.of(group)).all().get().get(group);
            for (ConfigEntry entry : config.entries()) {
                // A default is not set: broker defaults may change under us.
                if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_GROUP_CONFIG && entry.value() != null) {
                    values.put(entry.name(), entry.value());
                }
            }
        } catch (ExecutionException e) {
            LOG.debug(
                    "The settings of a share group cannot be read, so they are set: {}",
                    e.getCause().getMessage());
        }
        return values;
    }

    private static Map<String, String> differing(Map<String, String> wanted, Map<String, String> standing) {
        Map<String, String> rest = new TreeMap<>(wanted);
        rest.entrySet().removeIf(one -> one.getValue().equals(standing.get(one.getKey())));
        return rest;
    }

    private static void set(Admin admin, ConfigResource group, Map<String, String> values)
            throws InterruptedException, ExecutionException {
        List<AlterConfigOp> changes = new ArrayList<>();
        values.forEach(
                (key, value) -> changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        admin.incrementalAlterConfigs(Map.of(group, changes)).all().get();
    }
}
