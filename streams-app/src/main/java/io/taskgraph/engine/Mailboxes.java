package io.taskgraph.engine;

import io.taskgraph.avro.MessagePriority;
import io.taskgraph.policy.contract.Flag;
import io.taskgraph.policy.contract.MailboxPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A run's mailboxes in the orders in which they are needed: by urgency, by age, by delivery number, by expiry, and by
 * when each has to be looked at. Derived from the tables of messages, entry by entry, and never stored; so it is the same
 * after the run is loaded again, and a change costs the logarithm of what waits. For readers; not thread-safe.
 */
public final class Mailboxes {
    /** The recipient that the run's planners are. */
    public static final String LEAD = "lead";
    /** The recipient that every worker is that works for the run. */
    public static final String EVERYBODY = "*";

    /** The sender that asks in the name of a run's strategy, and the recipient of the answers. */
    public static final String CONTROL_PLANE = "control-plane";

    private record Due(long at, String recipient) {}

    private static final Comparator<Due> EARLIEST =
            Comparator.comparingLong(Due::at).thenComparing(Due::recipient);

    /** What is in one mailbox. */
    static final class Box {
        private final TreeSet<Posting> waiting = new TreeSet<>(Posting.BY_URGENCY);
        private final TreeSet<Posting> byAge = new TreeSet<>(Posting.BY_AGE);
        private final TreeMap<Long, Posting> delivered = new TreeMap<>();

        /** What waits to be delivered, the most urgent first, then the oldest. */
        TreeSet<Posting> waiting() {
            return waiting;
        }

        /** What is delivered and not read, by delivery number. */
        TreeMap<Long, Posting> delivered() {
            return delivered;
        }

        int size() {
            return waiting.size() + delivered.size();
        }
    }

    private final Run run;
    private final Map<String, Box> boxes = new HashMap<>();
    private final TreeSet<Posting> expiring = new TreeSet<>(Posting.BY_EXPIRY);
    private final Map<String, TreeSet<String>> recipients = new HashMap<>();
    private final Map<String, String> questions = new HashMap<>();
    private int undeliverable;

    private final TreeSet<Due> order = new TreeSet<>(EARLIEST);
    private final Map<String, Due> dues = new HashMap<>();
    private final TreeSet<String> changed = new TreeSet<>();
    private MailboxPolicy datedBy;

    Mailboxes(Run run) {
        this.run = run;
        run.tables().postings.onChange(this::posted);
        run.tables().mailboxes.onChange((before, after) -> moved((before == null ? after : before).recipient()));
        run.tables().workers.onChange((before, after) -> moved((before == null ? after : before).id()));
        run.tables().contextWaits.onChange(this::waits);
    }

    private void moved(String recipient) {
        if (boxes.containsKey(recipient)) {
            changed.add(recipient);
        }
    }

    private void posted(Posting before, Posting after) {
        if (before != null) {
            out(before);
        }
        if (after != null) {
            in(after);
        }
    }

    private void in(Posting p) {
        Box box = boxes.computeIfAbsent(p.recipient(), r -> new Box());
        if (p.number() == 0) {
            box.waiting.add(p);
            box.byAge.add(p);
        } else {
            box.delivered.put(p.number(), p);
        }
        if (p.expiresAt() > 0) {
            expiring.add(p);
        }
        recipients.computeIfAbsent(p.messageId(), m -> new TreeSet<>()).add(p.recipient());
        undeliverable += p.undeliverableTo() == null ? 0 : 1;
        changed.add(p.recipient());
    }

    private void out(Posting p) {
        Box box = boxes.get(p.recipient());
        box.waiting.remove(p);
        box.byAge.remove(p);
        if (p.number() > 0) {
            box.delivered.remove(p.number());
        }
        if (box.size() == 0) {
            boxes.remove(p.recipient());
        }
        expiring.remove(p);
        Set<String> of = recipients.get(p.messageId());
        of.remove(p.recipient());
        if (of.isEmpty()) {
            recipients.remove(p.messageId());
        }
        undeliverable -= p.undeliverableTo() == null ? 0 : 1;
        changed.add(p.recipient());
    }

    private void waits(ContextWait before, ContextWait after) {
        if (before != null) {
            before.open().forEach(questions::remove);
        }
        if (after != null) {
            after.open().forEach(id -> questions.put(id, after.taskId()));
        }
    }

    /** The mailbox of a worker of that name; null: the name means others, so that no such worker can have mail. */
    static String ofWorker(String workerId) {
        boolean others = workerId.equals(LEAD) || workerId.equals(EVERYBODY) || workerId.equals(CONTROL_PLANE);
        return others ? null : workerId;
    }

    /** Whether a message for everybody is for that worker, too. */
    static boolean isOfEverybody(Worker w) {
        return w.isThere() && ofWorker(w.id()) != null;
    }

    /** Whether nothing is unread. */
    public boolean isEmpty() {
        return boxes.isEmpty();
    }

    /** How many messages are unread, one for several recipients counted for each. */
    public int unread() {
        return run.tables().postings.size();
    }

    /** How many of them came to the lead because they could not be delivered. */
    public int undeliverable() {
        return undeliverable;
    }

    /** Attempts that wait for context. O(attempts in flight that have asked). */
    public List<ContextWait> contextWanted() {
        return run.tables().contextWaits.values().stream()
                .filter(w -> !w.open().isEmpty())
                .toList();
    }

    /** Everything that is unread: by recipient; what is delivered by number, then what waits by urgency. O(n log n). */
    public List<Posting> postings() {
        List<Posting> all = new ArrayList<>();
        for (Box box : new TreeMap<>(boxes).values()) {
            all.addAll(box.delivered.values());
            all.addAll(box.waiting);
        }
        return all;
    }

    /** The message of that id, or null if it was read or never sent. */
    public Message message(String id) {
        return run.tables().messages.get(id);
    }

    /** That the message is in that mailbox, or null. */
    public Posting posting(String recipient, String messageId) {
        return run.tables().postings.get(Posting.keyOf(recipient, messageId));
    }

    /** Up to which delivery number the recipient has read. */
    public long readTo(String recipient) {
        return of(recipient).readTo();
    }

    /** The last delivery number below that one which is not read, or up to which everything is read. */
    public long unreadBefore(String recipient, long number) {
        Box box = boxes.get(recipient);
        Long before = box == null ? null : box.delivered.lowerKey(number);
        return before == null ? readTo(recipient) : before;
    }

    /**
     * Whether a heartbeat of the worker changes something: mail waits that it can be given, or it has read further. Costs
     * a look-up.
     */
    public boolean concerns(String workerId, long readTo) {
        Box box = boxes.get(workerId);
        if (box == null || workerId.equals(LEAD) || !active()) {
            return false;
        }
        return !box.waiting.isEmpty() && room(box) > 0
                || readTo > readTo(workerId) && !box.delivered.isEmpty() && readTo >= box.delivered.firstKey();
    }

    /** How many messages that are not critical may be delivered: no more than a batch are out at a time. */
    int room(Box box) {
        return Math.max(0, run.policy().mailbox().batch() - box.delivered.size());
    }

    Mailbox of(String recipient) {
        Mailbox known = run.tables().mailboxes.get(recipient);
        return known == null ? Mailbox.unused(recipient) : known;
    }

    /** What is in the mailbox; null: nothing. */
    Box box(String recipient) {
        return boxes.get(recipient);
    }

    int size(String recipient) {
        Box box = boxes.get(recipient);
        return box == null ? 0 : box.size();
    }

    /** In whose mailboxes the message is. */
    Collection<String> recipientsOf(String messageId) {
        return List.copyOf(recipients.getOrDefault(messageId, new TreeSet<>()));
    }

    /** The attempt that waits for an answer to the message, or null. */
    ContextWait asking(String messageId) {
        String task = questions.get(messageId);
        return task == null ? null : run.tables().contextWaits.get(task);
    }

    /** What has expired by then, the earliest first; at most so many. */
    List<Posting> expired(long now, int limit) {
        List<Posting> found = new ArrayList<>();
        for (Posting p : expiring) {
            if (p.expiresAt() > now || found.size() == limit) {
                break;
            }
            found.add(p);
        }
        return found;
    }

    /** Whether the recipient can get mail: the lead always, a worker while it works for the run. */
    boolean present(String recipient) {
        Worker w = run.tables().workers.get(recipient);
        return recipient.equals(LEAD) || w != null && w.isThere();
    }

    /** When the run has to be looked at for its mail, in milliseconds since the epoch; {@link Long#MAX_VALUE}: it need not. */
    long next() {
        if (boxes.isEmpty() || !active() || Lifecycle.hasEnded(run)) {
            return Long.MAX_VALUE;
        }
        refresh();
        long due = order.isEmpty() ? Long.MAX_VALUE : order.first().at;
        return expiring.isEmpty() ? due : Math.min(due, expiring.first().expiresAt());
    }

    /** Recipients whose date is not after then, the earliest first; at most so many. Dates follow from what is stored alone. */
    List<String> due(long now, int limit) {
        refresh();
        List<String> found = new ArrayList<>();
        for (Due d : order) {
            if (d.at > now || found.size() == limit) {
                break;
            }
            found.add(d.recipient);
        }
        return found;
    }

    private boolean active() {
        return run.policy().on(Flag.PRIORITY_MAILBOX);
    }

    private void refresh() {
        MailboxPolicy policy = run.policy().mailbox();
        if (!policy.equals(datedBy)) {
            changed.addAll(boxes.keySet());
            datedBy = policy;
        }
        for (String recipient : changed) {
            Due before = dues.remove(recipient);
            if (before != null) {
                order.remove(before);
            }
            Box box = boxes.get(recipient);
            long at = box == null ? Long.MAX_VALUE : dueAt(recipient, box, policy);
            if (at < Long.MAX_VALUE) {
                Due due = new Due(at, recipient);
                dues.put(recipient, due);
                order.add(due);
            }
        }
        changed.clear();
    }

    private long dueAt(String recipient, Box box, MailboxPolicy policy) {
        if (!present(recipient)) {
            return 0;
        }
        long at = Long.MAX_VALUE;
        if (!box.waiting.isEmpty()) {
            if (box.waiting.first().priority() == MessagePriority.CRITICAL) {
                return 0;
            }
            at = room(box) > 0 ? box.byAge.first().sentAt() + policy.withinMillis() : at;
        }
        return box.delivered.isEmpty() ? at : Math.min(at, of(recipient).againAt(policy.withinMillis()));
    }
}
