package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.PolicyProfile;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.TaskSpec;
import io.taskgraph.avro.ToolpacksChange;
import io.taskgraph.client.Answer;
import io.taskgraph.client.Client;
import io.taskgraph.client.ClientConfig;
import io.taskgraph.client.Patch;
import io.taskgraph.client.PolicyPublisher;
import io.taskgraph.client.Worker;
import io.taskgraph.graph.Status;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.dsse.SigningKey;
import io.taskgraph.policy.trust.dsse.UnusableKey;
import io.taskgraph.policy.trust.dsse.VerifyingKey;
import io.taskgraph.query.RunView;
import io.taskgraph.spec.RunSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What the demonstration shows of extensions: agents bring a signed toolpack; one serves other tools than were signed and gets
 * no task; a version is revoked while tasks use it, and what that stops goes on with the next version. The key is made for the
 * occasion and forgotten with it.
 */
final class DemoExtensions implements AutoCloseable {
    /** What its workers are: nobody else of the demonstration takes such tasks. */
    private static final String TYPE = "toolsmith";

    private static final String PACK = "demo-tools";
    private static final String OLD = "1.0.0";
    private static final String NEW = "1.1.0";
    /** The policy of the run, which knows the key; that of the registry is named as the registry. */
    private static final String POLICY = "demo-signed-tools";

    private static final String REGISTRY = "extensions";
    private static final List<String> STOPPED = List.of("index", "crawl");
    /** Longer than the demonstration: they end only because they are stopped. */
    private static final long LONG_MILLIS = 600_000;

    private static final long SHORT_MILLIS = 300;
    private static final long WORKED_MILLIS = 800;
    private static final long PUBLISHED_MILLIS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private enum Stage {
        TAMPERED,
        WORKING,
        REVOKED,
        GOING_ON,
        OVER
    }

    private final DemoBoard board;
    private final Cluster cluster;
    private final Client client;
    private final Path oldPack;
    private final Path newPack;
    private final Digest revoked;
    private final List<Worker> workers = new ArrayList<>();
    private Stage stage = Stage.TAMPERED;
    private CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);
    private long since;
    private boolean closed;

    private DemoExtensions(DemoBoard board, Cluster cluster, Path directory) throws IOException {
        this.board = board;
        this.cluster = cluster;
        SigningKey[] signing = new SigningKey[1];
        String key = keys(signing);
        this.oldPack = signed(directory, OLD, signing[0]);
        this.newPack = signed(directory, NEW, signing[0]);
        this.revoked = Digest.of(manifest(OLD).getBytes(UTF_8));
        ClientConfig config = cluster.client(PATIENCE);
        publish(config, key);
        this.client = Client.connect(config);
    }

    /**
     * Makes a key, publishes policies that know it, and has two versions of a toolpack enabled: waits for the control plane as
     * long as that takes.
     */
    static DemoExtensions prepare(DemoBoard board, Cluster cluster, Path directory) throws IOException {
        DemoExtensions demo = new DemoExtensions(board, cluster, directory);
        try {
            demo.workers.add(demo.worker("tampered-1", true));
            for (Path pack : List.of(demo.oldPack, demo.newPack)) {
                String envelope = Files.readString(pack);
                demo.accepted(() -> demo.client.planner("publisher").propose(envelope, List.of()));
            }
            for (String version : List.of(OLD, NEW)) {
                demo.accepted(() -> demo.client.operator("reviewer").enableExtension(PACK, version, "reviewed"));
            }
            board.done("two versions of the signed toolpack " + PACK + " proposed, verified and enabled");
            return demo;
        } catch (RuntimeException e) {
            demo.close();
            throw e;
        }
    }

    /** The run whose tasks need the toolpack. */
    DemoGraph graph() {
        List<TaskSpec> tasks = List.of(
                task("probe", OLD, SHORT_MILLIS),
                task(STOPPED.get(0), OLD, LONG_MILLIS, "probe"),
                task(STOPPED.get(1), OLD, LONG_MILLIS, "probe"),
                task("report", NEW, SHORT_MILLIS, STOPPED.toArray(String[]::new)));
        RunSpecification spec = new RunSpecification(
                "signed-tools", "Tools that were signed, and a revocation", POLICY, Map.of(), null, List.of(), tasks);
        return new DemoGraph(Path.of("signed-tools"), spec, 4 * SHORT_MILLIS, 1);
    }

    /** Looks whether it is time to do something, or something has happened. */
    void proceed(RunView run) {
        if (!underWay.isDone()) {
            return;
        }
        requireDone();
        switch (stage) {
            case TAMPERED -> refuse(run);
            case WORKING -> revoke(run);
            case REVOKED -> goOn(run);
            case GOING_ON -> end(run);
            case OVER -> {
                // Nothing more is shown.
            }
        }
    }

    private void requireDone() {
        try {
            underWay.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void refuse(RunView run) {
        if (run.extensionMismatches() > 0) {
            board.alarm("EXTENSION_MISMATCH: tampered-1 serves other tools than were signed as " + PACK + "@" + OLD
                    + ", and gets no task that needs them");
            // The tampered one stays: whatever it is delivered from now on, it leaves to these.
            underWay = CompletableFuture.runAsync(() -> {
                workers.add(worker("toolsmith-1", false));
                workers.add(worker("toolsmith-2", false));
            });
            stage = Stage.WORKING;
        }
    }

    private void revoke(RunView run) {
        if (STOPPED.stream().anyMatch(id -> run.state().graph().task(id).status() != Status.RUNNING)) {
            since = 0;
            return;
        }
        since = since == 0 ? board.millis() : since;
        if (board.millis() - since >= WORKED_MILLIS) {
            board.alarm("ext revoke: " + PACK + "@" + OLD + ", while " + STOPPED.size() + " tasks use it");
            underWay = client.operator("reviewer")
                    .revokeExtension(RevocationTarget.VERSION, revoked.toString(), "a hole was found")
                    .thenAccept(DemoExtensions::requireAccepted);
            stage = Stage.REVOKED;
        }
    }

    private void goOn(RunView run) {
        if (STOPPED.stream().allMatch(id -> run.state().graph().task(id).status() == Status.DEFERRED)) {
            board.done(STOPPED.size() + " tasks stopped and fenced; "
                    + run.state().graph().task(STOPPED.get(0)).outcome() + "; they go on with " + NEW);
            Patch patch = Patch.empty();
            for (String id : STOPPED) {
                patch = patch.updateTask(
                        id, c -> c.setToolpacks(new ToolpacksChange(List.of(new ExtensionRef(PACK, NEW))))
                                .setExpectedMillis(SHORT_MILLIS));
            }
            underWay = client.planner("planner").patch(run.runId(), patch).thenAccept(DemoExtensions::requireAccepted);
            stage = Stage.GOING_ON;
        }
    }

    private void end(RunView run) {
        if (run.isOver()) {
            board.done("the stopped tasks were done with " + PACK + "@" + NEW);
            stage = Stage.OVER;
        }
    }

    private Worker worker(String name, boolean tampered) {
        var builder = Worker.builder(cluster.client(PATIENCE))
                .workerId(name)
                .agentType(TYPE)
                .concurrency(2)
                .grace(Duration.ZERO)
                .handler(new SimulatedWork(1, SHORT_MILLIS, 0, 1, done -> {}));
        for (Path pack : List.of(oldPack, newPack)) {
            LoadedToolpack loaded = LoadedToolpack.of(pack, tampered);
            builder.loaded(loaded.name(), loaded.version(), loaded.tools());
        }
        return builder.start();
    }

    /** A policy that was published a moment ago may not have come to every instance yet. */
    private void accepted(Supplier<CompletableFuture<Answer>> message) {
        long limit = board.millis() + PUBLISHED_MILLIS;
        Answer answer = Answers.of(message.get());
        while (board.millis() < limit
                && answer.refusal()
                        .filter(r -> r.code() == RejectionCode.UNKNOWN_POLICY)
                        .isPresent()) {
            pause();
            answer = Answers.of(message.get());
        }
        requireAccepted(answer);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("Stopped.", e);
        }
    }

    private static void requireAccepted(Answer answer) {
        if (!answer.accepted()) {
            throw new CommandException(
                    "What the demonstration says of extensions was refused: " + Answers.refusal(answer));
        }
    }

    /** Makes a pair of keys. */
    private static String keys(SigningKey[] signing) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            signing[0] = SigningKey.of(pair.getPrivate().getEncoded());
            return VerifyingKey.of(pair.getPublic().getEncoded()).base64();
        } catch (GeneralSecurityException | UnusableKey e) {
            throw new CommandException("This Java makes no keys of Ed25519 (" + e.getMessage() + ").", e);
        }
    }

    private static void publish(ClientConfig config, String key) {
        try (PolicyPublisher publisher = PolicyPublisher.connect(config)) {
            for (String name : List.of(REGISTRY, POLICY)) {
                Policy policy = Policy.parse(
                        "name: " + name
                                + "\nextends: demo\ntrust:\n  keys: {demo: {public: \""
                                + key + "\"}}\n  signers: {demo: {publishers: [demo], names: [" + PACK
                                + "], keys: [demo], threshold: 1, confers: user}}\n",
                        Presets::named);
                publisher
                        .publish(PolicyProfile.newBuilder()
                                .setName(policy.name())
                                .setVersion(policy.version())
                                .setDocument(policy.document())
                                .setPublishedAt(Instant.now())
                                .setActor("demo")
                                .build())
                        .join();
            }
        }
    }

    private static Path signed(Path directory, String version, SigningKey key) {
        try {
            return Files.writeString(
                    directory.resolve(PACK + "-" + version + ".dsse.json"),
                    Envelope.unsigned(Envelope.MANIFEST_TYPE, manifest(version).getBytes(UTF_8))
                            .signedBy("demo", key)
                            .json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String manifest(String version) {
        Map<String, Object> tool = new LinkedHashMap<>();
        tool.put("name", "notes.save");
        tool.put(
                "input_schema",
                Digest.of("{\"type\": \"object\"}".getBytes(UTF_8)).toString());
        tool.put("risk", "write");
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schema_version", 1);
        manifest.put("kind", "toolpack");
        manifest.put("name", PACK);
        manifest.put("version", version);
        manifest.put("publisher", "demo");
        manifest.put("risk_profile", "standard");
        manifest.put("required_trust", "workspace");
        manifest.put("capabilities", List.of("read", "write"));
        manifest.put("tools", List.of(tool));
        manifest.put(
                "artifacts",
                List.of(Map.of(
                        "name",
                        "notes.zip",
                        "digest",
                        Digest.of((PACK + version).getBytes(UTF_8)).toString())));
        return JsonLine.of(manifest);
    }

    private static TaskSpec task(String id, String version, long millis, String... dependsOn) {
        TaskSpec s = TaskSpec.newBuilder()
                .setTaskId(id)
                .setRisk(Risk.WRITE)
                .setAgentType(TYPE)
                .setExpectedMillis(millis)
                .setDependsOn(List.of(dependsOn))
                .build();
        s.setToolpacks(List.of(new ExtensionRef(PACK, version)));
        return s;
    }

    /** Stops its workers. */
    @Override
    public void close() {
        underWay.handle((done, problem) -> null).join();
        if (!closed) {
            closed = true;
            workers.forEach(Worker::close);
            client.close();
        }
    }
}
