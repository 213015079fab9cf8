package io.taskgraph.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The questions to the run's planners that one attempt waits for the answers to. Safe for any thread. */
final class ContextRequests {
    private final Attempt attempt;
    // Guarded by this.
    private final Map<String, CompletableFuture<Message>> open = new HashMap<>();
    private boolean ended;

    ContextRequests(Attempt attempt) {
        this.attempt = attempt;
    }

    /** Asks. The answer is cancelled when the attempt ends before it. */
    CompletableFuture<Message> ask(String requestId, String question) {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        synchronized (this) {
            if (!ended) {
                // Known before it is sent, for the answer may be quick.
                open.put(requestId, answer);
            }
        }
        answer.whenComplete((message, problem) -> forget(requestId));
        if (!attempt.say((key, reports) -> reports.needsContext(key, requestId, question))) {
            answer.cancel(false);
        }
        return answer;
    }

    /** Whether the message is an answer that is waited for. */
    boolean answered(Message message) {
        CompletableFuture<Message> answer = of(message.correlation());
        return answer != null && answer.complete(message);
    }

    /** Whether it was a question of this attempt that was refused. */
    boolean refused(String sentIn, String code, String reason) {
        CompletableFuture<Message> answer = of(sentIn);
        return answer != null && answer.completeExceptionally(new MessageRefusedException(code, reason));
    }

    /** The attempt is over: nobody waits any more. */
    void end() {
        List<CompletableFuture<Message>> left;
        synchronized (this) {
            ended = true;
            left = List.copyOf(open.values());
        }
        left.forEach(answer -> answer.cancel(false));
    }

    private synchronized CompletableFuture<Message> of(String requestId) {
        return open.get(requestId);
    }

    private synchronized void forget(String requestId) {
        open.remove(requestId);
    }
}
