package io.taskgraph.cli;

import io.taskgraph.policy.json.Json;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.Timestamps;
import io.taskgraph.policy.trust.settings.TrustKey;
import io.taskgraph.policy.trust.use.Evidence;
import io.taskgraph.policy.trust.use.Finding;
import io.taskgraph.policy.trust.use.SignatureCheck;
import io.taskgraph.policy.trust.use.UseVerdict;
import io.taskgraph.policy.trust.use.Verification;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What came of verifying an extension, for a person or a program. */
final class ExtLines {
    private final PrintWriter out;
    private final boolean json;

    ExtLines(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** Rule by rule; what differs among the artifacts at the end. */
    void evidence(Verification verification, Evidence evidence, List<String> differences) {
        boolean holds = evidence.holds() && differences.isEmpty();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("holds", holds);
            fields.put("digest", verification.digest().map(Digest::toString).orElse(null));
            fields.put("level", evidence.level().key());
            fields.put("until", until(evidence.untilMillis()));
            fields.put(
                    "findings",
                    evidence.findings().stream().map(ExtLines::fields).toList());
            fields.put("differences", differences);
            out.println(JsonLine.of(fields));
        } else {
            evidence.findings().forEach(this::line);
            differences.forEach(d -> out.println("  no   artifacts     " + d));
            String digest = verification.digest().map(d -> "  " + d).orElse("");
            out.println(
                    holds
                            ? "holds" + digest + "  trusted as "
                                    + evidence.level().key() + until(evidence)
                            : "does not hold" + digest);
        }
        out.flush();
    }

    /** Rule by rule, and what may be used if all hold. */
    void use(UseVerdict verdict) {
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("allowed", verdict.isAllowed());
            fields.put("level", verdict.level().key());
            fields.put(
                    "findings",
                    verdict.findings().stream().map(ExtLines::fields).toList());
            verdict.grant().ifPresent(g -> {
                fields.put("tools", List.copyOf(g.tools().keySet()));
                fields.put(
                        "capabilities",
                        g.capabilities().stream().map(Capability::key).toList());
                fields.put("until", until(g.untilMillis()));
            });
            out.println(JsonLine.of(fields));
        } else {
            verdict.findings().forEach(this::line);
            out.println(verdict.grant()
                    .map(g -> "may be used: " + String.join(", ", g.tools().keySet())
                            + (g.untilMillis() == TrustKey.FOREVER ? "" : ", until " + until(g.untilMillis())))
                    .orElse("may not be used"));
        }
        out.flush();
    }

    private static String until(Evidence evidence) {
        return evidence.untilMillis() == TrustKey.FOREVER ? "" : " until " + until(evidence.untilMillis());
    }

    private static String until(long millis) {
        return millis == TrustKey.FOREVER ? null : Timestamps.write(millis);
    }

    private static Map<String, Object> fields(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("rule", finding.rule().key());
        fields.put("holds", finding.holds());
        fields.put("detail", finding.detail());
        return fields;
    }

    /** One rule: whether it holds, and why. */
    void line(Finding finding) {
        out.println(String.format(
                Locale.ROOT,
                "  %-4s %-13s %s",
                finding.holds() ? "yes" : "no",
                finding.rule().key(),
                finding.detail()));
    }

    /** Who signed. */
    void signatures(String what, List<String> problems, List<SignatureCheck> checks, Collection<TrustKey> keys) {
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("what", what);
            fields.put("problems", problems);
            List<Object> all = new ArrayList<>();
            for (SignatureCheck check : checks) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("keyid", check.keyid());
                one.put("outcome", check.outcome().name().toLowerCase(Locale.ROOT));
                one.put("key", name(check, keys));
                all.add(one);
            }
            fields.put("signatures", all);
            out.println(JsonLine.of(fields));
        } else {
            if (!what.isEmpty()) {
                out.println(what);
            }
            problems.forEach(p -> out.println("  no   " + p));
            for (SignatureCheck check : checks) {
                boolean valid = check.outcome() == SignatureCheck.Outcome.VALID;
                out.println((valid
                                ? "  yes  signed by "
                                : "  no   "
                                        + check.outcome()
                                                .name()
                                                .toLowerCase(Locale.ROOT)
                                                .replace('_', ' ') + " ")
                        + (check.key().isPresent() ? name(check, keys) : Json.printable(check.keyid())));
            }
            if (checks.isEmpty() && problems.isEmpty()) {
                out.println("  no   nobody has signed it");
            }
        }
        out.flush();
    }

    private static String name(SignatureCheck check, Collection<TrustKey> keys) {
        return check.key()
                .flatMap(fingerprint -> keys.stream()
                        .filter(k -> k.key().fingerprint().equals(fingerprint))
                        .map(TrustKey::name)
                        .findFirst())
                .orElse(null);
    }
}
