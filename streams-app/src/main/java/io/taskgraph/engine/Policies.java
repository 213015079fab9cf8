package io.taskgraph.engine;

import io.taskgraph.policy.contract.Policy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Policies are few and runs many: those read back from logs and entries share one parsed document. */
final class Policies {
    private static final int KEPT = 1_000;
    private static final Map<String, Policy> PARSED = new ConcurrentHashMap<>();

    private Policies() {}

    /** The policy of a canonical document, as a log or an entry holds it. */
    static Policy parsed(String document) {
        Policy known = PARSED.get(document);
        if (known == null) {
            known = Policy.parse(document);
            if (PARSED.size() < KEPT) {
                PARSED.put(document, known);
            }
        }
        return known;
    }
}
