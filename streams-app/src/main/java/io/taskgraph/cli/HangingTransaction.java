package io.taskgraph.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * A transaction that is open on a partition and that no coordinator will ever end. Whoever reads only what is committed
 * (all of taskgraph does) reads no further there; if the partition is of {@code __consumer_offsets}, a group's members
 * get no offsets and do not begin. Kafka 4.3.1 makes them when a partition has no leader at the moment at which its
 * transaction is to be completed, as after all brokers that hold it were killed.
 *
 * @param producerId whose it is
 * @param startOffset its first record there
 */
record HangingTransaction(String topic, int partition, long producerId, long startOffset) {
    private static final long ANSWER_SECONDS = 15;

    /**
     * Those on these topics, in the order of topic and partition. The rule is KIP-664's: a producer has an open
     * transaction on a partition, and its transactional id has none that this partition is part of. Four requests, their
     * size that of the partitions and of the producers with open transactions.
     *
     * @param topics which topics, internal ones among them
     * @throws CommandException when the cluster refuses
     * @throws RetriableException when it does not answer
     */
    static List<HangingTransaction> find(Admin admin, Predicate<String> topics) {
        try {
            Map<TopicPartition, PartitionProducerState> producers =
                    admin.describeProducers(partitions(admin, topics)).all().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            List<HangingTransaction> open = new ArrayList<>();
            new TreeMap<>(byName(producers)).values().forEach(open::addAll);
            Map<Long, Set<TopicPartition>> known = known(admin, open);
            open.removeIf(one -> known.getOrDefault(one.producerId(), Set.of())
                    .contains(new TopicPartition(one.topic(), one.partition())));
            return open;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("no answer in " + ANSWER_SECONDS + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException notNow) {
                throw notNow;
            }
            throw new CommandException(Errors.explain(e.getCause(), true), e.getCause());
        }
    }

    /** Our topics, the topology's own, and those in which groups keep their offsets. */
    static Predicate<String> ofInterest(String prefix, String applicationId) {
        return topic ->
                topic.startsWith(prefix) || topic.startsWith(applicationId + "-") || topic.equals("__consumer_offsets");
    }

    /** What is wrong and what to do, in one sentence. */
    String sentence(String bootstrap) {
        return topic + "-" + partition + " has a transaction of producer " + producerId + ", open since offset "
                + startOffset + ", that its coordinator knows nothing of, so nobody reads on from there; end it with"
                + " `kafka-transactions.sh --bootstrap-server " + bootstrap + " abort --topic " + topic
                + " --partition " + partition + " --start-offset " + startOffset
                + "` (docs/operations.md says when that is safe).";
    }

    private static List<TopicPartition> partitions(Admin admin, Predicate<String> topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<String> names = admin
                .listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                .stream()
                .filter(topics)
                .toList();
        List<TopicPartition> all = new ArrayList<>();
        admin.describeTopics(names)
                .allTopicNames()
                .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                .forEach((name, description) -> description.partitions().stream()
                        .filter(partition -> partition.leader() != null)
                        .forEach(partition -> all.add(new TopicPartition(name, partition.partition()))));
        return all;
    }

    private static Map<String, List<HangingTransaction>> byName(Map<TopicPartition, PartitionProducerState> producers) {
        Map<String, List<HangingTransaction>> open = new HashMap<>();
        producers.forEach((partition, state) -> {
            for (ProducerState producer : state.activeProducers()) {
                producer.currentTransactionStartOffset().ifPresent(offset -> open.computeIfAbsent(
                                "%s %09d".formatted(partition.topic(), partition.partition()),
                                none -> new ArrayList<>())
                        .add(new HangingTransaction(
                                partition.topic(), partition.partition(), producer.producerId(), offset)));
            }
        });
        return open;
    }

    /** By producer: the partitions of the transaction that its coordinator knows of. */
    private static Map<Long, Set<TopicPartition>> known(Admin admin, Collection<HangingTransaction> open)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (open.isEmpty()) {
            return Map.of();
        }
        Set<Long> ids = new HashSet<>();
        open.forEach(one -> ids.add(one.producerId()));
        List<String> transactional = admin
                .listTransactions(new ListTransactionsOptions().filterProducerIds(ids))
                .all()
                .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                .stream()
                .map(TransactionListing::transactionalId)
                .toList();
        Map<Long, Set<TopicPartition>> known = new HashMap<>();
        for (TransactionDescription description : admin.describeTransactions(transactional)
                .all()
                .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                .values()) {
            known.put(description.producerId(), description.topicPartitions());
        }
        return known;
    }
}
