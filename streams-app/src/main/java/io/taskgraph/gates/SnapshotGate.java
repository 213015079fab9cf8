package io.taskgraph.gates;

import java.util.List;

/** Were snapshots taken, and was the log cut behind them? Judged from the topics: what a snapshot says is replay's matter. */
final class SnapshotGate implements Gate {
    private static final Threshold SNAPSHOTS = Threshold.atLeast("snapshots", "records on the topic of snapshots", 1);
    private static final Threshold TRUNCATED = new Threshold(
            "truncated", "partitions of the decision log that were cut; 0 asks for none", 1, 0, 1_000_000);

    @Override
    public String id() {
        return "snapshot_and_retention";
    }

    @Override
    public String question() {
        return "Are snapshots taken, and the log cut behind them?";
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(SNAPSHOTS, TRUNCATED);
    }

    @Override
    public void listen(Hearing run) {
        // The topics say it.
    }

    @Override
    public Finding judge(Evidence e, Setting s) {
        Tally t = e.tally();
        TopicEvidence topics = e.topics();
        if (topics.snapshots() < 0) {
            return Finding.notObserved("the topics were not looked at, only decisions");
        }
        t.add("snapshot_records", topics.snapshots());
        t.add("truncated_partitions", topics.truncated());
        if (topics.snapshots() < s.of(SNAPSHOTS)) {
            return Finding.notObserved(Words.tooFew(topics.snapshots(), "snapshot record", s.of(SNAPSHOTS)));
        }
        if (topics.truncated() < s.of(TRUNCATED)) {
            return Finding.notObserved(Words.tooFew(topics.truncated(), "truncated partition", s.of(TRUNCATED)));
        }
        return Finding.pass(Words.count(topics.snapshots(), "snapshot record") + ", "
                + Words.count(topics.truncated(), "partition") + " of the log cut behind them");
    }
}
