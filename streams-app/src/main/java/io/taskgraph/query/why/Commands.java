package io.taskgraph.query.why;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Commands to type, in backquotes, with what a shell would take apart in quotes. */
final class Commands {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/@:+-]+");
    private static final int MICRO_DIGITS = 6;
    private static final long LONGEST_IN_MILLIS = 999_999_999L;
    private static final long SECOND = 1_000;

    private Commands() {}

    static String of(String command, String runId, String... more) {
        StringBuilder line =
                new StringBuilder("`taskgraph ").append(command).append(' ').append(word(runId));
        for (String one : more) {
            line.append(' ').append(one);
        }
        return line.append('`').toString();
    }

    /** An option and its value as one word, for a value may begin with a dash. */
    static String option(String name, String value) {
        return name + "=" + word(value);
    }

    static String cancel(String runId, String taskId) {
        return of("cancel", runId, option("--task", taskId));
    }

    /** Raises a bound to at least so much. */
    static String raise(String runId, String taskId, String resource, long to) {
        String option =
                switch (resource) {
                    case "cost_micros" -> "--cost " + money(to);
                    case "millis" -> "--time " + duration(to);
                    default -> "--" + resource + " " + to;
                };
        return taskId == null ? of("budget", runId, option) : of("budget", runId, option("--task", taskId), option);
    }

    private static String money(long micros) {
        BigDecimal amount = BigDecimal.valueOf(micros, MICRO_DIGITS).stripTrailingZeros();
        return amount.setScale(Math.max(2, amount.scale())).toPlainString();
    }

    private static String duration(long millis) {
        return millis <= LONGEST_IN_MILLIS ? millis + "ms" : (millis + SECOND - 1) / SECOND + "s";
    }

    static String word(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
