package io.taskgraph.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Keeps the broker in this JVM and its clients from writing into what is drawn on the screen. What goes wrong for good
 * reaches the command as an exception; {@code TASKGRAPH_LOG} brings the logs back.
 */
final class QuietLogs {
    private static final List<String> LOUD =
            List.of("org.apache.kafka", "kafka", "io.taskgraph.client", "io.taskgraph.embedded");

    private QuietLogs() {}

    static void unlessAskedFor() {
        String wanted = System.getenv("TASKGRAPH_LOG");
        if (wanted != null && !wanted.isBlank()
                || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        for (String name : LOUD) {
            for (Logger logger : context.getLoggerList()) {
                if (logger.getName().startsWith(name + ".")) {
                    logger.setLevel(null); // as its parent
                }
            }
            context.getLogger(name).setLevel(Level.OFF);
        }
    }
}
