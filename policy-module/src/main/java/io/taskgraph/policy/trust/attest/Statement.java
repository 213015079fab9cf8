package io.taskgraph.policy.trust.attest;

import io.taskgraph.policy.json.Json;
import io.taskgraph.policy.json.JsonFields;
import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.json.JsonReader;
import io.taskgraph.policy.trust.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An in-toto statement (version 1, or 0.1 as common tools still write it): somebody says something about artifacts.
 *
 * @param predicateType what kind of thing it says, as a URI
 * @param subjects the SHA-256 digests of what it is about; at least one
 * @param claim what it says
 */
public record Statement(String predicateType, SortedSet<Digest> subjects, Claim claim) {
    /** The type of statements as they are written here. */
    public static final String TYPE = "https://in-toto.io/Statement/v1";

    /** The type of older ones, which are read, too. */
    public static final String OLDER_TYPE = "https://in-toto.io/Statement/v0.1";

    /** The most bytes of a statement. */
    public static final int MOST_BYTES = 512 * 1024;

    private static final int MOST_SUBJECTS = 1_024;
    private static final int LONGEST_TYPE = 512;

    /** Copies the subjects. */
    public Statement {
        subjects = Collections.unmodifiableSortedSet(new TreeSet<>(subjects));
    }

    /**
     * Reads a statement. Fields that are not known are ignored, as in-toto asks of whoever reads; names given twice are not.
     *
     * @param json its bytes
     * @param problems receives what is wrong with it
     * @return the statement; empty if something is wrong
     */
    public static Optional<Statement> read(byte[] json, List<JsonProblem> problems) {
        List<JsonProblem> found = new ArrayList<>();
        Optional<Statement> statement = JsonReader.read(json, MOST_BYTES, found).map(value -> read(value, found));
        problems.addAll(found);
        return found.isEmpty() ? statement : Optional.empty();
    }

    private static Statement read(Json json, List<JsonProblem> problems) {
        JsonFields fields = JsonFields.of(json, "", "a statement", problems);
        fields.text("_type")
                .filter(type -> !type.equals(TYPE) && !type.equals(OLDER_TYPE))
                .ifPresent(type -> {
                    fields.problem(
                            "_type", "_type must be " + TYPE + " or " + OLDER_TYPE + ", not " + Json.printable(type));
                });
        SortedSet<Digest> subjects = subjects(fields, problems);
        String type = fields.text("predicateType").orElse("");
        if (type.length() > LONGEST_TYPE) {
            fields.problem("predicateType", "predicateType must have at most " + LONGEST_TYPE + " characters");
        }
        Claim claim = PredicateKind.of(type)
                .flatMap(kind -> fields.required("predicate")
                        .map(p -> kind.claim(
                                JsonFields.of(p, "/predicate", "the predicate of a " + kind.key(), problems),
                                problems)))
                .orElse(Claim.NOTHING);
        return new Statement(type, subjects, claim);
    }

    private static SortedSet<Digest> subjects(JsonFields fields, List<JsonProblem> problems) {
        SortedSet<Digest> subjects = new TreeSet<>();
        Optional<Json> given = fields.required("subject");
        if (given.isEmpty()) {
            return subjects;
        }
        if (given.get() instanceof Json.Arr list && list.items().isEmpty()) {
            fields.problem("subject", "the statement is about no subject; name at least one with its digest");
            return subjects;
        }
        List<Json> items = fields.list("subject", 1, MOST_SUBJECTS);
        for (int i = 0; i < items.size(); i++) {
            String at = "/subject/" + i;
            JsonFields.of(items.get(i), at, "a subject", problems)
                    .required("digest")
                    .map(d -> JsonFields.of(d, at + "/digest", "a digest", problems))
                    // Other algorithms are other people's business; what is not SHA-256 matches nothing here.
                    .flatMap(d -> d.textIfAny("sha256").flatMap(hex -> digest(d, hex)))
                    .ifPresent(subjects::add);
        }
        if (!items.isEmpty() && subjects.isEmpty() && problems.isEmpty()) {
            fields.problem("subject", "no subject of the statement has a SHA-256 digest; give it one");
        }
        return subjects;
    }

    private static Optional<Digest> digest(JsonFields fields, String hex) {
        Optional<Digest> digest = Digest.parse("sha256:" + hex);
        if (digest.isEmpty()) {
            fields.problem("sha256", "sha256 must be 64 lower-case hexadecimal digits, not " + Json.printable(hex));
        }
        return digest;
    }
}
