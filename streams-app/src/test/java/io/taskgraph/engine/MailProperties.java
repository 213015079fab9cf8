package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.MailRead;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.NeedsContext;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.TaskStatus;
import io.taskgraph.graph.Status;
import io.taskgraph.graph.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Rules that hold for the mail of every run, tried on random ones. Each failure names its seed. */
class MailProperties {
    private static final String[] WORKERS = {"v", "w", "x"};
    private static final String[] RECIPIENTS = {"v", "w", "x", "lead", "*", "nobody"};
    private static final int BATCH = 3;
    private static final String DOCUMENT = "name: mail\nflags: {mutable_graph: true, priority_mailbox: true}\n"
            + "caps: {max_workers: 6, start_timeout: 1h, heartbeat_staleness: 40s, reconcile_cooldown: 0ms}\n"
            + "mailbox: {capacity: 6, batch: " + BATCH + ", within: 2s, max_message: 40}\n";

    private final long seed = Seeds.seed();
    private final Random random = new Random(seed);
    private final Map<String, Long> heard = new HashMap<>();

    /** What the log tells of the mail, by plain rules: what was sent, what went out, what was read, what is left where. */
    private static final class PlainMail {
        /** Priority of each message, most urgent first. */
        final Map<String, Integer> priority = new HashMap<>();

        final Map<String, List<String>> waiting = new TreeMap<>();
        final Map<String, TreeMap<Long, String>> delivered = new TreeMap<>();
        final Map<String, Long> last = new HashMap<>();
        final Map<String, Long> readTo = new HashMap<>();
        int acknowledged;
        int again;

        void accept(Run after, Fact f, String where) {
            if (f.getMessageQueued() != null) {
                MessageSpec m = f.getMessageQueued().getMessage();
                String id = f.getMessageQueued().getMessageId();
                priority.put(id, m.getPriority().ordinal());
                if (!m.getRecipient().equals("*")) {
                    waitingOf(m.getRecipient()).add(id);
                } else {
                    TreeSet<String> to = new TreeSet<>();
                    after.workers().stream()
                            .filter(w -> w.state() == Worker.State.ACTIVE)
                            .forEach(w -> to.add(w.id()));
                    to.removeAll(f.getMessageQueued().getExceptFor());
                    (to.isEmpty() ? List.of("*") : to).forEach(r -> waitingOf(r).add(id));
                }
            } else if (f.getMailDelivered() != null && !f.getMailDelivered().getAgain()) {
                String r = f.getMailDelivered().getRecipient();
                List<String> ids = f.getMailDelivered().getMessageIds();
                assertThat(ids.size()).as(where).isBetween(1, BATCH);
                List<String> expected = new ArrayList<>(waitingOf(r));
                // Stable: what is equally urgent keeps its age.
                expected.sort((a, b) -> Integer.compare(priority.get(a), priority.get(b)));
                assertThat(ids)
                        .as("the most urgent, then the oldest; " + where)
                        .isEqualTo(expected.subList(0, ids.size()));
                for (String id : ids) {
                    waitingOf(r).remove(id);
                    long number = last.merge(r, 1L, Long::sum);
                    delivered.computeIfAbsent(r, x -> new TreeMap<>()).put(number, id);
                }
                assertThat(f.getMailDelivered().getUpTo()).as(where).isEqualTo(last.get(r));
            } else if (f.getMailDelivered() != null) {
                again++;
                assertThat(delivered.get(f.getMailDelivered().getRecipient()).values())
                        .as("what is delivered again is not read; " + where)
                        .startsWith(f.getMailDelivered().getMessageIds().toArray(new String[0]));
            } else if (f.getMailAcknowledged() != null) {
                acknowledged++;
                String r = f.getMailAcknowledged().getRecipient();
                long upTo = f.getMailAcknowledged().getUpTo();
                assertThat(upTo).as("never twice; " + where).isGreaterThan(readTo.getOrDefault(r, 0L));
                assertThat(upTo).as(where).isLessThanOrEqualTo(last.getOrDefault(r, 0L));
                readTo.put(r, upTo);
                delivered.getOrDefault(r, new TreeMap<>()).headMap(upTo, true).clear();
            } else if (f.getMessageExpired() != null) {
                int before = count();
                waiting.values().forEach(l -> l.remove(f.getMessageExpired().getMessageId()));
                delivered.values().forEach(t -> t.values()
                        .remove(f.getMessageExpired().getMessageId()));
                assertThat(before - count())
                        .as(where)
                        .isEqualTo(f.getMessageExpired().getUnread());
            } else if (f.getMessageUndeliverable() != null) {
                leave(
                        f.getMessageUndeliverable().getRecipient(),
                        f.getMessageUndeliverable().getMessageId());
                if (f.getMessageUndeliverable().getToLead()) {
                    waitingOf("lead").add(f.getMessageUndeliverable().getMessageId());
                    waitingOf("lead").sort(java.util.Comparator.comparing(PlainMail::age));
                }
            } else if (f.getMessageDisplaced() != null) {
                leave(
                        f.getMessageDisplaced().getRecipient(),
                        f.getMessageDisplaced().getMessageId());
            }
        }

        private static long age(String id) {
            String[] parts = id.split("\\.");
            return Long.parseLong(parts[0]) * 1_000 + Long.parseLong(parts[1]);
        }

        private void leave(String recipient, String id) {
            boolean was = waitingOf(recipient).remove(id)
                    | delivered
                            .getOrDefault(recipient, new TreeMap<>())
                            .values()
                            .remove(id);
            assertThat(was).isTrue();
        }

        private List<String> waitingOf(String recipient) {
            return waiting.computeIfAbsent(recipient, r -> new ArrayList<>());
        }

        int count() {
            return waiting.values().stream().mapToInt(List::size).sum()
                    + delivered.values().stream().mapToInt(Map::size).sum();
        }

        /** Everything that is unread, by mailbox. */
        TreeSet<String> unread() {
            TreeSet<String> all = new TreeSet<>();
            waiting.forEach((r, l) -> l.forEach(id -> all.add(r + " " + id + " 0")));
            delivered.forEach((r, t) -> t.forEach((n, id) -> all.add(r + " " + id + " " + n)));
            return all;
        }
    }

    @Test
    void nothingIsLostUnrecordedNothingIsReadTwiceAndUrgencyGoesFirst() {
        int acknowledged = 0;
        int again = 0;
        TreeSet<String> kinds = new TreeSet<>();
        for (int round = 0; round < 40; round++) {
            Team team = Team.under(DOCUMENT);
            Team reloads = Team.under(DOCUMENT);
            PlainMail model = new PlainMail();
            heard.clear();
            team.patch(Messages.add("a"), Messages.add("b"), Messages.add("c"), Messages.add("d"));
            reloads.patch(Messages.add("a"), Messages.add("b"), Messages.add("c"), Messages.add("d"));
            for (int step = 0; step < 150; step++) {
                String where = "seed " + seed + ", round " + round + ", step " + step;
                team.now += random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(500);
                reloads.now = team.now;
                Input input = input(team, step);
                RunImage before = RunImage.of(team.run);
                team.engine.decide(team.run, input, Math.max(team.now, team.run.lastDecidedAt()));
                assertThat(RunImage.of(team.run)).as(where).isEqualTo(before);
                assertThat(team.run.seal()).as(where).isEmpty();

                Optional<Decided> decided = team.step(input);
                reloads.step(input);
                if (input instanceof Input.OfTimer timer) {
                    team.run.postpone(team.now, timer.liveness());
                }
                if (decided.isPresent()) {
                    for (Fact f : decided.get().decision().getFacts()) {
                        kinds.add(Facts.kind(f).getClass().getSimpleName());
                        model.accept(team.run, f, where);
                    }
                }
                TreeSet<String> unread = new TreeSet<>();
                team.run.mail().postings().forEach(p -> {
                    unread.add(p.recipient() + " " + p.messageId() + " " + p.number());
                    assertThat(team.run.mail().message(p.messageId())).as(where).isNotNull();
                });
                assertThat(unread).as(where).isEqualTo(model.unread());
                assertThat(team.run.mail().postings())
                        .as(where)
                        .noneMatch(p -> team.run.mail().size(p.recipient()) > 6);
                assertThat(team.run.tables().messages.size()).as(where).isLessThanOrEqualTo(unread.size());

                if (random.nextInt(5) == 0) {
                    List<EntryChange> entries = new ArrayList<>(reloads.stored.values());
                    Collections.shuffle(entries, random);
                    reloads.reload(entries);
                }
                assertThat(RunImage.of(reloads.run)).as(where).isEqualTo(RunImage.of(team.run));
                assertThat(reloads.run.mail().next())
                        .as(where)
                        .isEqualTo(team.run.mail().next());
                assertThat(reloads.run.mail().due(team.now, 100))
                        .as(where)
                        .isEqualTo(team.run.mail().due(team.now, 100));
                assertThat(reloads.run.mail().postings())
                        .as(where)
                        .isEqualTo(team.run.mail().postings());
            }
            folds(team);
            acknowledged += model.acknowledged;
            again += model.again;
        }
        assertThat(acknowledged).isGreaterThan(100);
        assertThat(again).isGreaterThan(20);
        assertThat(kinds)
                .contains(
                        "MessageQueued",
                        "MailDelivered",
                        "MailAcknowledged",
                        "MessageExpired",
                        "MessageUndeliverable",
                        "MessageDisplaced",
                        "ContextRequested",
                        "ContextProvided",
                        "WorkerLost");
    }

    /** The log gives the same state from any split. */
    private void folds(Team team) {
        int split = random.nextInt(team.log.size());
        Run whole = Run.of(team.runId);
        Run.Loader loader = new Run.Loader(team.runId);
        for (int i = 0; i < team.log.size(); i++) {
            if (i == split && whole.exists()) {
                whole.entries().forEach(e -> loader.accept(e.key(), e.value()));
                whole = loader.load();
            }
            Decided d = team.log.get(i);
            Apply.decision(whole, d.decision());
            whole.seal();
            whole.chain(io.taskgraph.schemas.codec.Digests.sha256(d.bytes()).bytes());
            assertThat(whole.stateDigest())
                    .as("seed " + seed + ", split " + split + ", decision " + i)
                    .isEqualTo(d.decision().getStateDigest().bytes());
        }
    }

    private Input input(Team team, int step) {
        String worker = WORKERS[random.nextInt(WORKERS.length)];
        return switch (random.nextInt(9)) {
            case 0, 1 -> mutation(team);
            case 2 -> report(team, worker, new SendMessage(message(team)));
            case 3 -> report(team, worker, random.nextInt(3) == 0 ? new NeedsContext("why?") : Messages.started());
            case 4 -> {
                MailRead read =
                        new MailRead(random.nextInt(12) + team.run.mail().readTo(worker) - 2, random.nextInt(6) == 0);
                yield Input.report(Messages.report(team.runId, team.nextMessageId(), worker, "", 0, read), Origin.NONE);
            }
            case 5 ->
                new Input.OfHeartbeat(
                        Heartbeat.newBuilder()
                                .setRunId(team.runId)
                                .setWorkerId(worker)
                                .setSentAt(Messages.SENT)
                                .setMailReadTo(team.run.mail().readTo(worker) + random.nextInt(4))
                                .build(),
                        Origin.NONE);
            case 6 ->
                report(team, worker, random.nextBoolean() ? Messages.failed("no", true) : Messages.released("stops"));
            default -> {
                // Mostly everybody is heard; now and then one is silent.
                for (String w : WORKERS) {
                    if (!w.equals(worker) || random.nextInt(3) > 0) {
                        heard.put(w, team.now);
                    }
                }
                Map<String, Long> known = Map.copyOf(heard);
                yield new Input.OfTimer(team.runId, team.run.nextDue(), w -> known.getOrDefault(w, 0L), 0, -1);
            }
        };
    }

    private Input report(Team team, String worker, SpecificRecord kind) {
        List<Task> tasks = team.run.graph().tasks().stream()
                .filter(t -> t.status() == Status.DISPATCHED || worker.equals(t.workerId()))
                .toList();
        Task t = tasks.isEmpty() ? team.task("a") : tasks.get(random.nextInt(tasks.size()));
        return Input.report(
                Messages.report(team.runId, team.nextMessageId(), worker, t.id(), t.attempt(), kind), Origin.NONE);
    }

    private Input mutation(Team team) {
        Mutation m = Messages.mutation(team.runId, team.nextMessageId(), List.of());
        switch (random.nextInt(5)) {
            case 0 -> m.setMailRead(new MailRead(team.run.mail().readTo("lead") + random.nextInt(3), false));
            case 1 ->
                m.setOperations(List.of(
                        random.nextBoolean()
                                ? Messages.add("t" + team.run.sequence())
                                : Messages.set("b", TaskStatus.CANCELLED)));
            default -> {
                List<MessageSpec> messages = new ArrayList<>();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    messages.add(message(team));
                }
                m.setMessages(messages);
            }
        }
        return Input.mutation(m, Origin.NONE);
    }

    private MessageSpec message(Team team) {
        MessageSpec m = MessageSpec.newBuilder()
                .setRecipient(RECIPIENTS[random.nextInt(RECIPIENTS.length)])
                .setKind(MessageKind.ALERT)
                .setPriority(MessagePriority.values()[1 + random.nextInt(4)])
                .setBody("x".repeat(random.nextInt(30) == 0 ? 41 : random.nextInt(10)))
                .setTtlMillis(random.nextInt(4) == 0 ? (Long) (1L + random.nextInt(10_000)) : null)
                .build();
        List<ContextWait> wanted = team.run.mail().contextWanted();
        if (!wanted.isEmpty() && random.nextInt(3) == 0) {
            m.setKind(MessageKind.CONTEXT);
            m.setRecipient(wanted.get(0).worker());
            m.setReplyTo(wanted.get(0).open().get(0));
        }
        return m;
    }
}
