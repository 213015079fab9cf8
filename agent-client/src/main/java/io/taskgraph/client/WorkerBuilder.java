package io.taskgraph.client;

import io.taskgraph.avro.LoadedExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects what a {@link Worker} needs to know. Only the handler has no default. */
public final class WorkerBuilder {
    private final ClientConfig client;
    private String agentType = "default";
    private String workerId = "worker-" + Ids.shortRandom();
    private int concurrency = 1;
    private int batch = 1;
    private int readers = 1;
    private final List<LoadedExtension> loaded = new ArrayList<>();
    private Duration startedDelay = Duration.ofMillis(5);
    private Duration grace = Duration.ofSeconds(10);
    private TaskHandler handler;
    private MessageHandler messages;

    WorkerBuilder(ClientConfig client) {
        this.client = client;
    }

    /** The kind of agent it is, 1 to 128 characters: it gets the tasks that ask for it. Default {@code default}. */
    public WorkerBuilder agentType(String value) {
        agentType = value;
        return this;
    }

    /**
     * Who it is, 1 to 256 characters: two living workers must never have the same id, for the one would then be taken for
     * the other. Default: a fresh one, which also suits a restarted process best.
     */
    public WorkerBuilder workerId(String value) {
        workerId = value;
        return this;
    }

    /** How many tasks it does at once, 1 to 10,000. Default 1. */
    public WorkerBuilder concurrency(int value) {
        concurrency = value;
        return this;
    }

    /**
     * How many commands it takes from the queue at once, 1 to 2,000, in one exchange with the broker. With the default 1
     * it takes none that it cannot begin at once. For tasks of microseconds to a few milliseconds take some hundreds: a
     * batch is worked off by all threads, and what did not begin within a second goes back to others.
     */
    public WorkerBuilder batch(int value) {
        batch = value;
        return this;
    }

    /**
     * How many members of the share group it is, 1 to 64, each with its own connection and two threads. More than one lets
     * one take commands while another waits for the broker to have its reports; no more than the concurrency, as each
     * keeps a place free for what it takes. Default 1.
     */
    public WorkerBuilder readers(int value) {
        readers = value;
        return this;
    }

    /**
     * How long a task may run before the worker reports that it has taken up the lease. A task that ends sooner costs one
     * report instead of two. 0 to 10 seconds, default 5 ms; its command stays locked meanwhile, and a batch with it.
     */
    public WorkerBuilder startedDelay(Duration value) {
        startedDelay = value;
        return this;
    }

    /** How long {@link Worker#close()} lets running tasks finish. Default ten seconds. */
    public WorkerBuilder grace(Duration value) {
        grace = value;
        return this;
    }

    /** What does the tasks. */
    public WorkerBuilder handler(TaskHandler value) {
        handler = value;
        return this;
    }

    /** What is done with messages to it. Default: they are logged and count as read. */
    public WorkerBuilder onMessage(MessageHandler value) {
        messages = value;
        return this;
    }

    /**
     * An extension that it has loaded, beside others that were said before. Tasks that need extensions go only to workers
     * that have loaded exactly those, with the tools that were signed.
     *
     * @param tools the digests of the descriptors of the tools that it serves, by the tools' names: {@code sha256:} and 64
     *     hexadecimal digits
     */
    public WorkerBuilder loaded(String name, String version, Map<String, String> tools) {
        loaded.add(new LoadedExtension(name, version, Map.copyOf(tools)));
        return this;
    }

    /**
     * Connects, waiting until broker, topics and registry are there, and starts taking tasks.
     *
     * @throws IllegalArgumentException with one sentence, if a setting is missing or out of its range
     * @throws ClientException with one sentence, if they are not there within {@link ClientConfig#connectTimeout()}, or
     *     refuse
     */
    public Worker start() {
        return Worker.start(new WorkerConfig(
                client,
                agentType,
                workerId,
                concurrency,
                batch,
                readers,
                startedDelay,
                grace,
                handler,
                messages,
                loaded));
    }
}
