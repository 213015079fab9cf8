package io.taskgraph.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The broker's properties, for one node that is broker and controller and shares its machine with its clients. */
final class BrokerSettings {
    static final int NODE_ID = 1;

    private BrokerSettings() {}

    static Properties of(Path logDir, int kafkaPort, int controllerPort, Map<String, String> further) {
        String host = Ports.HOST;
        Properties all = new Properties();
        all.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                String.valueOf(NODE_ID),
                "controller.quorum.voters",
                NODE_ID + "@" + host + ":" + controllerPort,
                "controller.listener.names",
                "CONTROLLER",
                "inter.broker.listener.name",
                "PLAINTEXT",
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "listeners",
                "PLAINTEXT://" + host + ":" + kafkaPort + ",CONTROLLER://" + host + ":" + controllerPort,
                "advertised.listeners",
                "PLAINTEXT://" + host + ":" + kafkaPort,
                "log.dirs",
                logDir.toString()));
        all.putAll(Map.of(
                "default.replication.factor", "1",
                "min.insync.replicas", "1",
                "offsets.topic.replication.factor", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                // Each partition costs open files and start-up time; one node gains nothing from fifty.
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.num.partitions", "4",
                "share.coordinator.state.topic.num.partitions", "4"));
        all.putAll(Map.of(
                "auto.create.topics.enable",
                        "false", // topics come from the catalogue; a typing error must not make one
                "group.initial.rebalance.delay.ms", "0",
                "group.streams.initial.rebalance.delay.ms", "0",
                "group.min.session.timeout.ms", "1000"));
        // A share group's partitions are dealt out to its members. One that was killed keeps its part until its session
        // ends, and nobody works on it: 45 seconds by default, too long to watch.
        all.putAll(Map.of(
                "group.share.min.heartbeat.interval.ms", "500",
                "group.share.heartbeat.interval.ms", "1000",
                "group.share.min.session.timeout.ms", "3000",
                "group.share.session.timeout.ms", "6000",
                "group.share.assignment.interval.ms", "0",
                "group.share.max.size", "1000"));
        // How far the command queue reads on beyond a command that a member holds: all commands stand in one partition.
        all.putAll(Map.of(
                "group.share.min.record.lock.duration.ms", "1000",
                "group.share.partition.max.record.locks", "10000",
                "group.share.max.partition.max.record.locks", "10000"));
        // A transaction that begins before the last one is completed, a matter of a millisecond here, waits for so
        // long.
        all.put("add.partitions.to.txn.retry.backoff.ms", "1");
        // What a killed instance left open is aborted when its time, ten seconds, is over and the broker looks: by
        // default it looks every ten seconds, and whoever takes over waits for it.
        all.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        all.putAll(Map.of(
                "num.network.threads", "2",
                "num.io.threads", "4",
                "background.threads", "2",
                "num.recovery.threads.per.data.dir", "2",
                "log.cleaner.dedupe.buffer.size", String.valueOf(16 << 20),
                "log.segment.bytes", String.valueOf(256 << 20)));
        all.putAll(Map.of(
                // After a SIGKILL the controller waits this long before it believes that the old broker is gone. Much
                // shorter, and a machine that is short of CPU makes it believe so of a broker that is alive.
                "broker.heartbeat.interval.ms", "500",
                "broker.session.timeout.ms", "6000",
                "controller.quorum.election.timeout.ms", "300",
                "controller.quorum.append.linger.ms", "1",
                "server.max.startup.time.ms", "120000"));
        all.putAll(further);
        return all;
    }
}
