package io.taskgraph.gates;

import io.taskgraph.avro.ActionAllowed;
import io.taskgraph.avro.ActionDenied;
import io.taskgraph.avro.ActionPerformed;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Digest;
import io.taskgraph.avro.Risk;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A second account of what a run's agents may do, from the facts alone: an allow holds for one performance of one tool with
 * one set of arguments under one attempt. As many entries as allows were not used yet, which {@code max_actions} bounds.
 */
final class Allows {
    private record Key(String task, int attempt, String tool, Digest arguments) {}

    private record Allow(String worker, Risk risk, Set<String> requests) {}

    /** What is called when an action was asked for anew. */
    @FunctionalInterface
    interface Asked {
        void asked(String task, String tool, Digest arguments, At at);
    }

    private final Map<Key, Allow> open = new HashMap<>();
    private Asked asked = (task, tool, arguments, at) -> {};
    private boolean granted;

    /** Has every action told that is asked for anew. */
    Allows whenAsked(Asked to) {
        asked = to;
        return this;
    }

    void listen(Hearing run) {
        run.on(ApprovalGranted.class, (f, at) -> granted = true);
        run.on(ActionAllowed.class, this::allowed);
        run.on(ActionDenied.class, (f, at) -> {
            open.remove(new Key(f.getTaskId(), f.getAttempt(), f.getTool(), f.getArgumentsDigest()));
            if (f.getRequestId().equals(at.decision().getCause().getMessageId())) {
                asked.asked(f.getTaskId(), f.getTool(), f.getArgumentsDigest(), at);
            }
        });
        run.on(ApprovalRequested.class, (f, at) -> {
            if (f.getKind() == ApprovalKind.ACTION) {
                open.remove(new Key(f.getTaskId(), f.getAttempt(), f.getTool(), f.getArgumentsDigest()));
                asked.asked(f.getTaskId(), f.getTool(), f.getArgumentsDigest(), at);
            }
        });
        run.decided(at -> granted = false);
    }

    private void allowed(ActionAllowed f, At at) {
        Key key = new Key(f.getTaskId(), f.getAttempt(), f.getTool(), f.getArgumentsDigest());
        Allow standing = open.get(key);
        if (standing != null && standing.risk == f.getRisk()) {
            standing.requests.add(f.getRequestId());
            return;
        }
        if (!granted) {
            asked.asked(f.getTaskId(), f.getTool(), f.getArgumentsDigest(), at);
        }
        Set<String> requests = new HashSet<>();
        requests.add(f.getRequestId());
        open.put(key, new Allow(f.getWorkerId(), f.getRisk(), requests));
    }

    /** Uses an allow up: whether there was one, to this worker, for this request and risk. */
    boolean use(ActionPerformed f) {
        Key key = new Key(f.getTaskId(), f.getAttempt(), f.getTool(), f.getArgumentsDigest());
        Allow a = open.get(key);
        boolean covered = a != null
                && a.worker.equals(f.getWorkerId())
                && a.risk == f.getRisk()
                && a.requests.contains(f.getRequestId());
        if (covered) {
            open.remove(key);
        }
        return covered;
    }
}
