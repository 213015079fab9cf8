package io.taskgraph.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;

/**
 * The main class of the registry's process. It runs the registry's own main class and ends the process when standard
 * input ends: the pipe's other end is held by the process that started it, and the system closes it however that
 * process dies. So a SIGKILL of the parent leaves no orphan.
 *
 * <p>Runs with the registry's jars on its class path and nothing of ours but this class: it must use the JDK only.
 */
final class RegistryGuard {
    /** How long the registry may take to stop by itself, in milliseconds. */
    private static final long GRACE = 3_000;

    private RegistryGuard() {}

    /** @param args the registry's main class */
    public static void main(String[] args) throws Exception {
        Thread guard = new Thread(RegistryGuard::exitWithParent, "parent-guard");
        guard.setDaemon(true);
        guard.start();
        Method main = Class.forName(args[0]).getMethod("main", String[].class);
        main.invoke(null, (Object) new String[0]);
    }

    private static void exitWithParent() {
        InputStream pipe = System.in;
        try {
            while (pipe.read() >= 0) {
                // The parent says nothing; only the end of the stream counts.
            }
        } catch (IOException endedToo) {
            // A broken pipe is an ended one.
        }
        Thread last = new Thread(RegistryGuard::haltAfterGrace, "last-resort");
        last.setDaemon(true);
        last.start();
        System.exit(0);
    }

    private static void haltAfterGrace() {
        try {
            Thread.sleep(GRACE);
        } catch (InterruptedException now) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }
}
