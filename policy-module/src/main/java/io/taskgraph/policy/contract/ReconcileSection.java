package io.taskgraph.policy.contract;

import io.taskgraph.policy.document.Node;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The section {@code reconcile}. */
final class ReconcileSection {
    static final List<String> KEYS =
            List.of("strategy", "rebase", "every", "at_retry_cap", "backoff", "degraded", "review");
    static final List<String> BACKOFF_KEYS = List.of("first", "factor", "most", "jitter");
    static final List<String> DEGRADED_KEYS = List.of("lost", "percent");
    static final List<String> REVIEW_KEYS = List.of("risks", "rejections");

    private static final Map<String, AtRetryCap> AT_CAP = Reading.words(AtRetryCap.values(), AtRetryCap::key);
    private static final Map<String, Risk> RISKS = Reading.words(Risk.values(), Risk::key);
    private static final long DAY = 86_400_000;

    private final Reading reading;
    private String strategy;
    private boolean rebase;
    private long every;
    private AtRetryCap atRetryCap;
    private Backoff backoff;
    private Degraded degraded;
    private Review review;

    private ReconcileSection(Reading reading, ReconcilePolicy from) {
        this.reading = reading;
        strategy = from.strategy();
        rebase = from.rebase();
        every = from.everyMillis();
        atRetryCap = from.atRetryCap();
        backoff = from.backoff();
        degraded = from.degraded();
        review = from.review();
    }

    static ReconcilePolicy read(Reading reading, Node node, ReconcilePolicy inherited) {
        ReconcileSection s = new ReconcileSection(reading, inherited);
        reading.section(node, "reconcile", KEYS, s::key);
        return new ReconcilePolicy(s.strategy, s.rebase, s.every, s.atRetryCap, s.backoff, s.degraded, s.review);
    }

    private void key(String key, Node value) {
        switch (key) {
            case "strategy" -> strategy = reading.name(value, key).orElse(strategy);
            case "rebase" -> rebase = reading.truth(value, key).orElse(rebase);
            case "every" ->
                every = reading.quantity(value, key, Unit.MILLIS, 0, DAY).orElse(every);
            case "at_retry_cap" -> atRetryCap = reading.word(value, key, AT_CAP).orElse(atRetryCap);
            case "backoff" -> backoff(value);
            case "degraded" -> degraded(value);
            default -> review(value);
        }
    }

    private void backoff(Node node) {
        long[] v = {backoff.firstMillis(), backoff.factor(), backoff.mostMillis(), backoff.jitterPercent()};
        reading.section(node, "backoff", BACKOFF_KEYS, (key, value) -> {
            switch (key) {
                case "first" ->
                    v[0] = reading.quantity(value, key, Unit.MILLIS, 0, DAY).orElse(v[0]);
                case "factor" -> v[1] = reading.whole(value, key, 1, 10).orElse(v[1]);
                case "most" ->
                    v[2] = reading.quantity(value, key, Unit.MILLIS, 0, DAY).orElse(v[2]);
                default -> v[3] = reading.whole(value, key, 0, 100).orElse(v[3]);
            }
        });
        if (v[0] > v[2]) {
            reading.problem(node, "backoff begins with more than its most; give a larger most or a smaller first");
        }
        backoff = new Backoff(v[0], (int) v[1], v[2], (int) v[3]);
    }

    private void degraded(Node node) {
        long[] v = {degraded.lost(), degraded.percent()};
        reading.section(node, "degraded", DEGRADED_KEYS, (key, value) -> {
            if (key.equals("lost")) {
                v[0] = reading.whole(value, key, 0, 1_000_000).orElse(v[0]);
            } else {
                v[1] = reading.whole(value, key, 1, 100).orElse(v[1]);
            }
        });
        degraded = new Degraded((int) v[0], (int) v[1]);
    }

    private void review(Node node) {
        Set<Risk> risks = EnumSet.noneOf(Risk.class);
        risks.addAll(review.risks());
        long[] rejections = {review.rejections()};
        reading.section(node, "review", REVIEW_KEYS, (key, value) -> {
            if (key.equals("rejections")) {
                rejections[0] = reading.whole(value, key, 0, 1_000).orElse(rejections[0]);
                return;
            }
            risks.clear();
            for (Node item : reading.list(value, "risks", Risk.values().length)) {
                reading.word(item, "a risk", RISKS).ifPresent(risks::add);
            }
        });
        review = new Review(Set.copyOf(risks), (int) rejections[0]);
    }

    /** Left out where nothing of it differs from its default: so policies from before it joined keep their text. */
    static void write(StringBuilder text, ReconcilePolicy r) {
        if (r.equals(ReconcilePolicy.DEFAULT)) {
            return;
        }
        Backoff b = r.backoff();
        text.append("reconcile:\n  strategy: ").append(Quoted.of(r.strategy()));
        text.append("\n  rebase: ").append(r.rebase());
        text.append("\n  every: ").append(Unit.MILLIS.write(r.everyMillis()));
        text.append("\n  at_retry_cap: ").append(r.atRetryCap().key());
        text.append("\n  backoff: {first: ").append(Unit.MILLIS.write(b.firstMillis()));
        text.append(", factor: ").append(b.factor());
        text.append(", most: ").append(Unit.MILLIS.write(b.mostMillis()));
        text.append(", jitter: ").append(b.jitterPercent());
        text.append("}\n  degraded: {lost: ").append(r.degraded().lost());
        text.append(", percent: ").append(r.degraded().percent());
        text.append("}\n  review: {risks: [");
        text.append(r.review().risks().stream().sorted().map(Risk::key).collect(Collectors.joining(", ")));
        text.append("], rejections: ").append(r.review().rejections()).append("}\n");
    }
}
