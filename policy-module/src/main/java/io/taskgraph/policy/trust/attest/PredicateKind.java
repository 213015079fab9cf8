package io.taskgraph.policy.trust.attest;

import io.taskgraph.policy.json.Json;
import io.taskgraph.policy.json.JsonFields;
import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.Timestamps;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The statements whose contents are understood. Any other type can be asked for by its URI; then only that it was made. */
public enum PredicateKind {
    /** How it was built: SLSA provenance v1, as builders write it. */
    PROVENANCE("provenance", "https://slsa.dev/provenance/v1") {
        @Override
        Claim claim(JsonFields predicate, List<JsonProblem> problems) {
            JsonFields definition = inner(predicate, "", "buildDefinition", problems);
            definition.text("buildType");
            JsonFields details = inner(predicate, "", "runDetails", problems);
            String builder = inner(details, "/runDetails", "builder", problems)
                    .text("id")
                    .orElse("");
            long at = Claim.NOT_SAID;
            if (details.optional("metadata").isPresent()) {
                at = time(inner(details, "/runDetails", "metadata", problems), "finishedOn");
            }
            return new Claim(at, builder, "", 0);
        }
    },
    /** That a person has looked at it: in-toto's human review. */
    REVIEW("review", "https://in-toto.io/attestation/human-review/v0.1") {
        @Override
        Claim claim(JsonFields predicate, List<JsonProblem> problems) {
            String result = predicate.text("result").orElse("").toLowerCase(Locale.ROOT);
            return new Claim(time(predicate, "timestamp"), "", result.equals("pass") ? Claim.PASSED : result, 0);
        }
    },
    /** That it was tested: in-toto's test result. */
    TEST_RESULT("test-result", "https://in-toto.io/attestation/test-result/v0.1") {
        @Override
        Claim claim(JsonFields predicate, List<JsonProblem> problems) {
            String result = predicate.text("result").orElse("").toLowerCase(Locale.ROOT);
            return new Claim(Claim.NOT_SAID, "", result, 0);
        }
    },
    /** That it was searched for what is known to be bad: in-toto's vulnerabilities. */
    SCAN("scan", "https://in-toto.io/attestation/vulns/v0.1", "https://in-toto.io/attestation/vulns/v0.2") {
        @Override
        Claim claim(JsonFields predicate, List<JsonProblem> problems) {
            JsonFields scanner = inner(predicate, "", "scanner", problems);
            String by = scanner.text("uri").orElse("");
            int findings = scanner.list("result", 0, Integer.MAX_VALUE).size();
            long at = Claim.NOT_SAID;
            if (predicate.optional("metadata").isPresent()) {
                at = time(inner(predicate, "", "metadata", problems), "scanFinishedOn");
            }
            return new Claim(at, by, "", findings);
        }
    };

    private static final String AT = "/predicate";

    private final String key;
    private final List<String> types;

    PredicateKind(String key, String... types) {
        this.key = key;
        this.types = List.of(types);
    }

    /** Its word in a policy. */
    public String key() {
        return key;
    }

    /** The predicate types that are of this kind; the first is the one that we write. */
    public List<String> types() {
        return types;
    }

    /** The kind of a predicate type, if it is one of these. */
    public static Optional<PredicateKind> of(String type) {
        return Arrays.stream(values()).filter(k -> k.types.contains(type)).findFirst();
    }

    /** The kind that a policy calls so, if there is one. */
    public static Optional<PredicateKind> named(String key) {
        return Arrays.stream(values()).filter(k -> k.key.equals(key)).findFirst();
    }

    abstract Claim claim(JsonFields predicate, List<JsonProblem> problems);

    private static JsonFields inner(JsonFields fields, String at, String key, List<JsonProblem> problems) {
        return fields.required(key)
                .map(value -> JsonFields.of(value, AT + at + "/" + key, key, problems))
                .orElseGet(() -> JsonFields.none());
    }

    private static long time(JsonFields fields, String key) {
        Optional<Json> value = fields.optional(key);
        if (value.isEmpty()) {
            return Claim.NOT_SAID;
        }
        Optional<Long> time = fields.textIfAny(key).flatMap(Timestamps::parse);
        if (time.isEmpty()) {
            fields.problem(
                    key,
                    key + " must be " + Timestamps.FORM + ", not " + value.get().describe());
        }
        return time.orElse(Claim.NOT_SAID);
    }
}
