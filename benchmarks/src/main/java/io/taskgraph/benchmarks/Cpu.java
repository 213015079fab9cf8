package io.taskgraph.benchmarks;

import java.lang.management.ManagementFactory;

/** CPU time of this process: on a machine that others use, too, a steadier measure than time. */
final class Cpu {
    private Cpu() {}

    /** Nanoseconds since the process began; 0 where the JVM does not tell. */
    static long nanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getProcessCpuTime()
                : 0;
    }
}
