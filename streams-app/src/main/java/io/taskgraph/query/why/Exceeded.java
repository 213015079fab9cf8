package io.taskgraph.query.why;

import io.taskgraph.avro.CapReached;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.policy.contract.Cap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A cap that stops, ends or holds back what is asked about, told as its refusals and facts tell it.
 *
 * @param limit the limit that holds, in the cap's unit
 * @param value what it came to, or would come to, in the same unit
 */
public record Exceeded(Cap cap, long limit, long value) {
    /** As the fact tells it; empty if this version does not know the cap. */
    static Optional<Exceeded> of(CapReached f) {
        return f == null
                ? Optional.empty()
                : Cap.ofKey(f.getCap()).map(c -> new Exceeded(c, f.getLimit(), f.getValue()));
    }

    /** For people: {@code CAP_EXCEEDED max_workers limit 5 value 6}. */
    public String text() {
        return RejectionCode.CAP_EXCEEDED + " " + cap.key() + " limit " + cap.write(limit) + " value "
                + cap.write(value);
    }

    /** For programs. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("code", RejectionCode.CAP_EXCEEDED.name());
        fields.put("cap", cap.key());
        fields.put("limit", limit);
        fields.put("value", value);
        return fields;
    }
}
