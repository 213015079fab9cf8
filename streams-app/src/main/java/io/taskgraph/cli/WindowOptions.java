package io.taskgraph.cli;

import io.taskgraph.gates.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which runs a command judges. */
final class WindowOptions {
    private static final Pattern AGO = Pattern.compile("([0-9]{1,9})([smhd])");

    @Option(
            names = "--run",
            paramLabel = "RUN",
            description = "Only this run; may be given more than once (default: all runs).")
    private List<String> runs = new ArrayList<>();

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description = "Only runs that something was decided of since: 90s, 30m, 24h, 7d ago, or an ISO 8601 time.")
    private String since;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * The window.
     *
     * @param now the time that {@code ago} is counted from
     */
    Window window(Instant now) {
        return new Window(new HashSet<>(runs), since == null ? null : since(now));
    }

    /** The runs that were named. */
    List<String> runs() {
        return runs;
    }

    private Instant since(Instant now) {
        Matcher ago = AGO.matcher(since);
        if (ago.matches()) {
            long n = Long.parseLong(ago.group(1));
            return now.minus(
                    switch (ago.group(2)) {
                        case "s" -> Duration.ofSeconds(n);
                        case "m" -> Duration.ofMinutes(n);
                        case "h" -> Duration.ofHours(n);
                        default -> Duration.ofDays(n);
                    });
        }
        try {
            return java.time.OffsetDateTime.parse(since).toInstant();
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--since must be a duration such as 30m, 24h or 7d, or a time such as 2026-01-31T08:00:00Z, not "
                            + since + ".");
        }
    }
}
