package io.taskgraph.client;

import io.taskgraph.avro.ActionAnswer;
import io.taskgraph.avro.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The actions that one attempt has asked for and that are not answered yet. Answers come as signals, which may be lost or
 * come twice: what is not answered for a while is asked for again under the same id, and the control plane then gives the
 * answer that stands; what is answered already hears no second answer. Safe for any thread.
 */
final class ActionRequests {
    private static final Duration FIRST = Duration.ofSeconds(5);
    /** A request that is sent again is one more decision on the log, so it is sent ever more seldom. */
    private static final Duration SELDOM = Duration.ofMinutes(1);
    /** Approvers take their time: that there is no answer then says little. */
    private static final Duration AWAITED = Duration.ofMinutes(5);

    private static final class Request {
        private final String id;
        private final Action action;
        private final CompletableFuture<Permission> answer = new CompletableFuture<>();
        // Guarded by the requests.
        private Duration patience = FIRST;
        private Duration mostPatience = SELDOM;
        private boolean awaited;
        private long dueAt;

        private Request(String id, Action action) {
            this.id = id;
            this.action = action;
        }
    }

    private final Attempt attempt;
    private final Timing timing;
    // Guarded by this.
    private final Map<String, Request> open = new HashMap<>();
    private boolean ended;

    ActionRequests(Attempt attempt, Timing timing) {
        this.attempt = attempt;
        this.timing = timing;
    }

    /** Asks. The answer is cancelled when the attempt ends before it. */
    CompletableFuture<Permission> ask(String requestId, Action action) {
        Request request = new Request(requestId, action);
        synchronized (this) {
            if (!ended) {
                // Known before it is sent, for the answer may be quick.
                open.put(requestId, request);
                request.dueAt = timing.nanos() + request.patience.toNanos();
            }
        }
        request.answer.whenComplete((permission, problem) -> forget(request));
        send(request, FIRST);
        return request.answer;
    }

    private void send(Request request, Duration next) {
        if (attempt.say((key, reports) -> reports.actionWanted(key, request.id, request.action))) {
            timing.later(next, () -> again(request));
        } else {
            request.answer.cancel(false);
        }
    }

    /** Looks whether it is still unanswered and due to be asked for again. */
    private void again(Request request) {
        Duration next;
        synchronized (this) {
            if (open.get(request.id) != request) {
                return;
            }
            long early = request.dueAt - timing.nanos();
            if (early > 0) {
                timing.later(Duration.ofNanos(early), () -> again(request));
                return;
            }
            next = request.patience.multipliedBy(2);
            next = next.compareTo(request.mostPatience) > 0 ? request.mostPatience : next;
            request.patience = next;
            request.dueAt = timing.nanos() + next.toNanos();
        }
        send(request, next);
    }

    /** Takes an answer. One to nothing that is open is an old one, and nothing. */
    void answered(ActionAnswer answer) {
        Request request;
        synchronized (this) {
            request = open.get(answer.getRequestId());
            if (request == null) {
                return;
            }
            if (answer.getVerdict() == Verdict.AWAIT_APPROVAL) {
                if (!request.awaited) {
                    request.awaited = true;
                    request.mostPatience = AWAITED;
                    request.patience = SELDOM;
                    request.dueAt = timing.nanos() + SELDOM.toNanos();
                }
                return;
            }
        }
        // Whatever this version does not know is no allow.
        request.answer.complete(new Permission(
                request.action,
                request.id,
                answer.getVerdict() == Verdict.ALLOW,
                answer.getRule(),
                answer.getReason(),
                Optional.ofNullable(answer.getApprovalId())));
    }

    /** The attempt is over: nobody waits any more. */
    void end() {
        List<Request> left;
        synchronized (this) {
            ended = true;
            left = List.copyOf(open.values());
        }
        left.forEach(request -> request.answer.cancel(false));
    }

    private synchronized void forget(Request request) {
        open.remove(request.id);
    }
}
