package io.taskgraph.schemas;

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
import io.taskgraph.avro.RunSnapshot;
import io.taskgraph.avro.RunSummary;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Every topic there is, in one place. {@code docs/topics.md} is generated from it, and {@code scripts/taskgraph topics}
 * compares a cluster with it.
 *
 * <p>A topic is a trust domain: who may write it may say such things. All run topics but the command
 * queue, whose order means nothing, have the same number of partitions, so that a run's records stand in the partition of
 * the same number on each.
 */
public final class TopicCatalogue {
    /** The prefix of topic and group names where none is configured. */
    public static final String DEFAULT_PREFIX = "taskgraph.";

    /** How many partitions the run topics have where nothing is configured. */
    public static final int DEFAULT_PARTITIONS = 4;

    /**
     * How many partitions the command queue has. A share group deals partitions out to its members, and with fewer members
     * than partitions each goes to one alone: a run's commands, all in one of several, would have one worker. In a single
     * one every worker that has a thread free takes the next command, whatever its run. See docs/adr/0006.
     */
    public static final int COMMAND_PARTITIONS = 1;

    /**
     * The largest batch, in bytes, that topics take which carry patches, results or payloads. Producers to them set
     * {@code max.request.size} to it; an input that is too large for a policy can then be refused by a recorded decision
     * and need not fail in the producer.
     */
    public static final int MAX_RECORD_BYTES = 8 * 1024 * 1024;

    /** The most bytes of a decision: there is room left for the envelope of its record. */
    public static final int MAX_DECISION_BYTES = MAX_RECORD_BYTES - 1024;

    /** Room for a dead letter: a whole record of {@link #MAX_RECORD_BYTES} with where it stood and why. */
    public static final int MAX_DEAD_LETTER_BYTES = MAX_RECORD_BYTES + 1024 * 1024;

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{0,128}");
    /** How many partitions the published policies have: every instance reads all of them. */
    public static final int POLICY_PARTITIONS = 1;

    /** How many partitions the registry of extensions has: every instance reads all of it. */
    public static final int EXTENSION_PARTITIONS = 1;

    private static final String FOREVER = "-1";
    private static final String RUN_KEY = "runId";

    private final String prefix;
    private final Topic<Mutation> mutations;
    private final Topic<Report> reports;
    private final Topic<Heartbeat> heartbeats;
    private final Topic<Directive> directives;
    private final Topic<Decision> decisions;
    private final Topic<Command> commands;
    private final Topic<Command> signals;
    private final Topic<RunSnapshot> snapshots;
    private final Topic<RunSummary> runs;
    private final Topic<Checkpoint> checkpoints;
    private final Topic<PolicyProfile> policies;
    private final Topic<ExtensionRecord> extensions;
    private final Topic<DeadLetter> deadLetters;

    private TopicCatalogue(String prefix, int partitions) {
        this.prefix = prefix;
        mutations = new Topic<>(
                "mutations",
                prefix + "mutations",
                Mutation.class,
                RUN_KEY,
                partitions,
                kept(FOREVER, MAX_RECORD_BYTES),
                "planners",
                "the engine; strict replay",
                "What planners ask of a run's graph: create it, patch it.");
        reports = new Topic<>(
                "reports",
                prefix + "reports",
                Report.class,
                RUN_KEY,
                partitions,
                kept(FOREVER, MAX_RECORD_BYTES),
                "agents",
                "the engine; strict replay",
                "What agents say of their attempts: started, submitted, failed, released; wants to act, has acted; usage.");
        heartbeats = new Topic<>(
                "heartbeats",
                prefix + "heartbeats",
                Heartbeat.class,
                RUN_KEY,
                partitions,
                kept(Duration.ofDays(7), 1024 * 1024),
                "agents",
                "the engine; strict replay of decisions made from silence",
                "That workers are alive, and which attempts they hold.");
        directives = new Topic<>(
                "directives",
                prefix + "directives",
                Directive.class,
                RUN_KEY,
                partitions,
                kept(FOREVER, 1024 * 1024),
                "operators, and the keeper of the history",
                "the engine; strict replay",
                "What operators say of a run: pause, resume, cancel, release, approve, deny, raise a bound, change the policy.");
        decisions = new Topic<>(
                "decisions",
                prefix + "decisions",
                Decision.class,
                RUN_KEY,
                partitions,
                kept(FOREVER, MAX_RECORD_BYTES),
                "the engine",
                "everyone: planners for their answers, replay, consoles, projections",
                "The system of record: one decision for each input, a hash chain a run.");
        commands = new Topic<>(
                "commands",
                prefix + "commands",
                Command.class,
                RUN_KEY,
                COMMAND_PARTITIONS,
                kept(Duration.ofDays(7), MAX_RECORD_BYTES),
                "the engine",
                "agents, by share group " + prefix + "agents.<agentType>",
                "Attempts on offer, as a queue: each is taken up by one worker of its agent type.");
        signals = new Topic<>(
                "signals",
                prefix + "signals",
                Command.class,
                RUN_KEY,
                partitions,
                kept(Duration.ofHours(1), 1024 * 1024),
                "the engine",
                "every worker process, and planners for the mail to the lead, without a group, from the end",
                "Commands to one recipient, by its header: stop this attempt, act or do not, mail. Nothing depends on their"
                        + " arrival: the fence holds without them, an action that is not allowed does not happen, and mail"
                        + " comes again until it is read.");
        snapshots = new Topic<>(
                "snapshots",
                prefix + "snapshots",
                RunSnapshot.class,
                "runId/sequence/chunk, in the partition of runId",
                partitions,
                compacted(MAX_RECORD_BYTES),
                "the keeper of the history, `taskgraph retain`",
                "replay, and views of runs whose history does not begin with them",
                "Runs' states at some decisions, in chunks, to replay from instead of from the beginning.");
        runs = new Topic<>(
                "runs",
                prefix + "runs",
                RunSummary.class,
                RUN_KEY,
                partitions,
                compacted(1024 * 1024),
                "the engine",
                "consoles, command lines, operators",
                "Where each run stands: a projection of its decisions, of which the last one wins.");
        checkpoints = new Topic<>(
                "checkpoints",
                prefix + "checkpoints",
                Checkpoint.class,
                "runId/name@version, in the partition of runId",
                partitions,
                compacted(1024 * 1024),
                "the engine",
                "command lines, operators, planners",
                "Where runs stood, under names: a projection of the decisions that took them.");
        policies = new Topic<>(
                "policies",
                prefix + "policies",
                PolicyProfile.class,
                "name@version",
                POLICY_PARTITIONS,
                compacted(MAX_RECORD_BYTES),
                "operators who set the rules",
                "every instance of the engine, whole; command lines",
                "Published policy profiles, which runs pin by digest when they are created.");
        extensions = new Topic<>(
                "extensions",
                prefix + "extensions",
                ExtensionRecord.class,
                "name@version, or revoked/target/digest",
                EXTENSION_PARTITIONS,
                compacted(MAX_RECORD_BYTES),
                "the engine",
                "every instance of the engine, whole; command lines",
                "The registry of extensions: a projection of the decisions of the run extensions.");
        deadLetters = new Topic<>(
                "dead-letters",
                prefix + "dead-letters",
                DeadLetter.class,
                "the key of the record as it stood",
                partitions,
                kept(Duration.ofDays(30), MAX_DEAD_LETTER_BYTES),
                "the engine",
                "operators",
                "Input records that could not be read, whole, with where they stood and why.");
    }

    /** The catalogue with {@link #DEFAULT_PREFIX} and {@link #DEFAULT_PARTITIONS}. */
    public static TopicCatalogue standard() {
        return of(DEFAULT_PREFIX, DEFAULT_PARTITIONS);
    }

    /**
     * A catalogue.
     *
     * @param prefix begins every topic's and group's name: at most 128 of {@code A-Z a-z 0-9 . _ -}; may be empty
     * @param partitions how many partitions each topic but the command queue, the policies and the extensions has, from 1; it cannot be changed once a cluster has the topics,
     *     for a run's key would then lead elsewhere
     * @throws IllegalArgumentException with one sentence, if either is out of its range
     */
    public static TopicCatalogue of(String prefix, int partitions) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("The topic prefix '" + prefix
                    + "' cannot be used: take at most 128 of A-Z a-z 0-9 '.' '_' '-', for instance '" + DEFAULT_PREFIX
                    + "'.");
        }
        if (partitions < 1 || partitions > 10_000) {
            throw new IllegalArgumentException(
                    "The run topics cannot have " + partitions + " partitions: take a number from 1 to 10000.");
        }
        return new TopicCatalogue(prefix, partitions);
    }

    public String prefix() {
        return prefix;
    }

    /** How many partitions each topic but the command queue, the policies and the extensions has. */
    public int partitions() {
        return mutations.partitions();
    }

    public Topic<Mutation> mutations() {
        return mutations;
    }

    public Topic<Report> reports() {
        return reports;
    }

    public Topic<Heartbeat> heartbeats() {
        return heartbeats;
    }

    public Topic<Directive> directives() {
        return directives;
    }

    public Topic<Decision> decisions() {
        return decisions;
    }

    /** Dispatches: consumed by share groups. */
    public Topic<Command> commands() {
        return commands;
    }

    /** Commands to one worker: consumed without a group. */
    public Topic<Command> signals() {
        return signals;
    }

    public Topic<RunSnapshot> snapshots() {
        return snapshots;
    }

    public Topic<RunSummary> runs() {
        return runs;
    }

    public Topic<Checkpoint> checkpoints() {
        return checkpoints;
    }

    public Topic<PolicyProfile> policies() {
        return policies;
    }

    /** The registry of extensions. */
    public Topic<ExtensionRecord> extensions() {
        return extensions;
    }

    public Topic<DeadLetter> deadLetters() {
        return deadLetters;
    }

    /** Every topic, inputs first. */
    public List<Topic<?>> all() {
        return List.of(
                mutations,
                reports,
                heartbeats,
                directives,
                decisions,
                commands,
                signals,
                snapshots,
                runs,
                checkpoints,
                policies,
                extensions,
                deadLetters);
    }

    /** The topics that the engine decides on. */
    public List<Topic<?>> inputs() {
        return List.of(mutations, reports, heartbeats, directives);
    }

    /** The topic of that name, prefix included. */
    public Optional<Topic<?>> named(String name) {
        return all().stream().filter(topic -> topic.name().equals(name)).findFirst();
    }

    /** The share group in which workers of that agent type take up dispatches. */
    public String agentsGroup(String agentType) {
        return prefix + "agents." + agentType;
    }

    private static Map<String, String> kept(Duration time, int maxBytes) {
        return kept(Long.toString(time.toMillis()), maxBytes);
    }

    private static Map<String, String> kept(String retentionMillis, int maxBytes) {
        return Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                retentionMillis,
                "max.message.bytes",
                Integer.toString(maxBytes));
    }

    private static Map<String, String> compacted(int maxBytes) {
        return Map.of("cleanup.policy", "compact", "max.message.bytes", Integer.toString(maxBytes));
    }
}
