package io.taskgraph.client;

import io.taskgraph.avro.Amounts;
import io.taskgraph.avro.Budget;
import java.time.Duration;

/**
 * What one attempt uses up: tokens and money as its handler tells them, working time by this machine's clock. Time in
 * which the handler waits for an answer to an action does not count: nobody works then. No amount ever falls.
 */
final class UsageMeter {
    /** Heartbeats tell it too; a report is for what heartbeats cannot be: an input that is decided on. */
    static final Duration REPORT_EVERY = Duration.ofSeconds(5);

    private final Timing timing;
    private final Budget budget;
    private final long begunAt;

    // Guarded by this.
    private long tokens;
    private long costMicros;
    private int resting;
    private long restingSince;
    private long rested;
    private long reportedAt;
    private boolean beyond;

    /** Begins now. @param budget what the attempt may use up, or null */
    UsageMeter(Timing timing, Budget budget) {
        this.timing = timing;
        this.budget = budget;
        this.begunAt = timing.nanos();
        this.reportedAt = begunAt;
    }

    /**
     * Takes what was used up in all.
     *
     * @return whether it is time for a report: the last is a while ago, or a bound was passed just now
     */
    synchronized boolean tell(long tokensInAll, long costMicrosInAll) {
        if (tokensInAll < 0 || costMicrosInAll < 0) {
            throw new IllegalArgumentException("What was used up cannot be negative: " + tokensInAll + " tokens, "
                    + costMicrosInAll + " micro-units of money; tell it in all since the attempt began.");
        }
        tokens = Math.max(tokens, tokensInAll);
        costMicros = Math.max(costMicros, costMicrosInAll);
        boolean passed = !beyond && isBeyond();
        beyond |= passed;
        return passed || timing.nanos() - reportedAt >= REPORT_EVERY.toNanos();
    }

    private boolean isBeyond() {
        return budget != null
                && (budget.getTokens() != null && tokens > budget.getTokens()
                        || budget.getCostMicros() != null && costMicros > budget.getCostMicros());
    }

    /** What has been used up so far. */
    synchronized Amounts total() {
        long now = resting > 0 ? restingSince : timing.nanos();
        return new Amounts(tokens, costMicros, (now - begunAt - rested) / 1_000_000);
    }

    /** The same, for a report. */
    synchronized Amounts totalToReport() {
        reportedAt = timing.nanos();
        return total();
    }

    /**
     * The same, or null if there is nothing to tell: nothing but time, which nobody has bounded. So attempts that are free
     * cost no bytes and no facts.
     */
    Amounts totalOrNull() {
        Amounts total = total();
        boolean timed = budget != null && budget.getMillis() != null && total.getMillis() > 0;
        return total.getTokens() == 0 && total.getCostMicros() == 0 && !timed ? null : total;
    }

    /** A thread of the attempt waits for the control plane. */
    synchronized void rest() {
        if (resting++ == 0) {
            restingSince = timing.nanos();
        }
    }

    /** It goes on. */
    synchronized void resume() {
        if (--resting == 0) {
            rested += timing.nanos() - restingSince;
        }
    }
}
