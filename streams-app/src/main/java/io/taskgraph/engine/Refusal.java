package io.taskgraph.engine;

import io.taskgraph.avro.Rejection;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.policy.contract.Flag;
import java.util.List;
import java.util.TreeMap;

/** Builds a {@link Rejection}: a code, a sentence, and details under the keys listed in docs/architecture/decisions.md. */
final class Refusal {
    /** A list in a detail is cut after this many elements, so that a refusal stays small. */
    private static final int LISTED = 2_000;
    /** … and after this many characters. */
    private static final int LIST_CHARS = 100_000;
    /** A detail that is an id is cut here: who sends a longer one gets the beginning of it back. */
    private static final int DETAIL_CHARS = 2 * Texts.ID;

    private final RejectionCode code;
    private final String message;
    private final TreeMap<String, String> details = new TreeMap<>();

    private Refusal(RejectionCode code, String message) {
        this.code = code;
        this.message = message;
    }

    static Refusal of(RejectionCode code, String message) {
        return new Refusal(code, message);
    }

    Refusal with(String key, String value) {
        details.put(key, Texts.cut(value, DETAIL_CHARS));
        return this;
    }

    Refusal with(String key, long value) {
        details.put(key, Long.toString(value));
        return this;
    }

    /** A list, as a JSON array of strings; with its true length under {@code key_count} if it had to be cut. */
    Refusal with(String key, List<String> values) {
        StringBuilder json = new StringBuilder("[");
        int listed = 0;
        while (listed < values.size() && listed < LISTED && json.length() < LIST_CHARS) {
            json.append(listed == 0 ? "" : ",").append(Texts.quoted(values.get(listed)));
            listed++;
        }
        if (listed < values.size()) {
            with(key + "_count", values.size());
        }
        details.put(key, json.append(']').toString());
        return this;
    }

    Rejection build() {
        return new Rejection(code, message, details);
    }

    /** The same refusal, without the details that made it too large to record. */
    static Rejection brief(Rejection r) {
        return of(r.getCode(), Texts.cut(r.getMessage(), 2_000) + " (the details were too large to record)")
                .build();
    }

    static Rejection tooLarge(String what, long limit, long value, String remedy) {
        return of(
                        RejectionCode.TOO_LARGE,
                        what + " would take " + value + " bytes and a record may take " + limit + "; " + remedy)
                .with("limit", limit)
                .with("value", value)
                .build();
    }

    static Rejection unknownTask(String taskId) {
        return of(RejectionCode.UNKNOWN_TASK, "the run has no task " + Texts.quoted(taskId))
                .with("task_id", taskId)
                .build();
    }

    static Rejection invalid(String field, String problem) {
        return of(RejectionCode.INVALID_VALUE, field + " " + problem)
                .with("field", field)
                .build();
    }

    static Rejection disabled(Flag flag, String what) {
        return of(RejectionCode.FEATURE_DISABLED, "the policy has " + flag.key() + " off: " + what)
                .with("feature", flag.key())
                .build();
    }

    static Rejection capExceeded(String cap, long limit, long value, String remedy) {
        return of(
                        RejectionCode.CAP_EXCEEDED,
                        "the policy's cap " + cap + " is " + limit + " and this would make it " + value + "; " + remedy)
                .with("cap", cap)
                .with("limit", limit)
                .with("value", value)
                .build();
    }
}
