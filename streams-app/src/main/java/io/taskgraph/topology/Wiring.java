package io.taskgraph.topology;

import io.taskgraph.avro.Checkpoint;
import io.taskgraph.avro.Command;
import io.taskgraph.avro.DeadLetter;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.RunSummary;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.registry.RecordDeserializer;
import io.taskgraph.schemas.registry.RecordSerializer;
import io.taskgraph.schemas.registry.SchemaRegistry;

/** The topics of one control plane with what reads and writes their records. Safe for any thread. */
public final class Wiring {
    final TopicCatalogue topics;
    final RecordDeserializer<Mutation> mutations;
    final RecordDeserializer<Report> reports;
    final RecordDeserializer<Heartbeat> heartbeats;
    final RecordDeserializer<Directive> directives;
    final RecordDeserializer<PolicyProfile> policies;
    final RecordSerializer<Decision> decisions;
    final RecordSerializer<Command> commands;
    final RecordSerializer<Command> signals;
    final RecordSerializer<RunSummary> runs;
    final RecordSerializer<Checkpoint> checkpoints;
    final RecordSerializer<ExtensionRecord> extensions;
    final RecordDeserializer<ExtensionRecord> registered;
    final RecordSerializer<DeadLetter> deadLetters;

    public Wiring(TopicCatalogue topics, SchemaRegistry registry) {
        this.topics = topics;
        mutations = registry.deserializer(topics.mutations());
        reports = registry.deserializer(topics.reports());
        heartbeats = registry.deserializer(topics.heartbeats());
        directives = registry.deserializer(topics.directives());
        policies = registry.deserializer(topics.policies());
        decisions = registry.serializer(topics.decisions());
        commands = registry.serializer(topics.commands());
        signals = registry.serializer(topics.signals());
        runs = registry.serializer(topics.runs());
        checkpoints = registry.serializer(topics.checkpoints());
        extensions = registry.serializer(topics.extensions());
        registered = registry.deserializer(topics.extensions());
        deadLetters = registry.serializer(topics.deadLetters());
    }
}
