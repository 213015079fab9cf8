package io.taskgraph.embedded;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.controller.ControllerRequestContext;
import org.apache.kafka.metadata.KRaftMetadataCache;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * One Kafka node that is controller and broker, made of the parts that {@link KafkaRaftServer} is made of. It differs in
 * two things. Between the controller's start and the broker's it {@linkplain #fencePrevious fences} the broker that was
 * killed before this one. And a fault while it starts is thrown, where Kafka's own class would end the process and
 * whatever else is in it; one later ends the process, as there.
 */
final class RaftNode {
    private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);
    /** The controller answers in milliseconds; it has this long on a machine that is short of everything. */
    private static final long FENCE_SECONDS = 30;

    private final SharedServer shared;
    private final BrokerServer broker;
    private final ControllerServer controller;
    private volatile boolean starting = true;

    /** @throws RuntimeException when the directories of the configuration are not formatted, or another node's */
    RaftNode(KafkaConfig config) {
        Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> directories =
                KafkaRaftServer.initializeLogDirs(config, LOG, "");
        MetaPropertiesEnsemble properties = directories._1();
        shared = new SharedServer(
                config,
                properties,
                Time.SYSTEM,
                Server.initializeMetrics(
                        config, Time.SYSTEM, properties.clusterId().orElseThrow()),
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                List.of(),
                this::handler,
                ServerSocketFactory.INSTANCE);
        broker = new BrokerServer(shared);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), directories._2());
    }

    /** Returns when it takes requests; what a killed process left is recovered before. After an error it is shut down. */
    void start() throws Exception {
        try {
            controller.startup();
            fencePrevious();
            broker.startup();
            starting = false;
        } catch (Throwable e) {
            shutdown();
            throw e;
        }
    }

    /** The broker first, which may need the controller to do so in order. Again: nothing happens. */
    void shutdown() {
        broker.shutdown();
        controller.shutdown();
    }

    /** Returns when both have stopped. */
    void awaitShutdown() {
        broker.awaitShutdown();
        controller.awaitShutdown();
    }

    /**
     * Tells the controller that the broker of the last process is gone. After a SIGKILL it believes in it until its session
     * runs out, and the new broker, which reads the same metadata, leads that one's partitions meanwhile: also those
     * with transactions that are committed and whose markers are not written. When the session runs out, no partition
     * has a leader for a moment, and Kafka 4.3.1 takes partitions without a leader for deleted: it calls the transaction
     * complete without its markers. Its records are never read then, and no member of the group gets its offsets, ever.
     * Nobody else can hold the data directory, so there is nothing to wait for.
     */
    private void fencePrevious() throws Exception {
        KRaftMetadataCache metadata = controller.metadataCache();
        OptionalLong epoch = metadata.getAliveBrokerEpoch(BrokerSettings.NODE_ID).stream()
                .mapToLong(Long::longValue)
                .findFirst();
        if (epoch.isEmpty()) {
            return;
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FENCE_SECONDS);
        BrokerHeartbeatRequestData gone = new BrokerHeartbeatRequestData()
                .setBrokerId(BrokerSettings.NODE_ID)
                .setBrokerEpoch(epoch.getAsLong())
                .setCurrentMetadataOffset(metadata.currentImage().offset())
                .setWantFence(true);
        while (metadata.getAliveBrokerEpoch(BrokerSettings.NODE_ID).isPresent()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(
                        "the controller did not give up the broker of the last process in " + FENCE_SECONDS + " s");
            }
            if (controller.controller().isActive()) {
                say(gone, deadline);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void say(BrokerHeartbeatRequestData gone, long deadline) throws Exception {
        try {
            controller
                    .controller()
                    .processBrokerHeartbeat(
                            new ControllerRequestContext(
                                    new RequestHeaderData(), KafkaPrincipal.ANONYMOUS, OptionalLong.of(deadline)),
                            gone)
                    .get(FENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException notNow) {
            LOG.info("The controller did not take the last broker's end yet: {}", notNow.getMessage());
        }
    }

    private FaultHandler handler(String name, boolean fatal, Runnable action) {
        FaultHandler standard = new StandardFaultHandlerFactory().build(name, fatal, action);
        FaultHandler thrown = new LoggingFaultHandler(name, action);
        return (message, cause) -> (starting ? thrown : standard).handleFault(message, cause);
    }
}
