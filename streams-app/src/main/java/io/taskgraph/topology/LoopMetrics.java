package io.taskgraph.topology;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Fact;
import io.taskgraph.engine.Run;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Avg;
import org.apache.kafka.common.metrics.stats.CumulativeCount;
import org.apache.kafka.common.metrics.stats.CumulativeSum;
import org.apache.kafka.common.metrics.stats.Max;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.TaskId;

/**
 * Decisions as metrics of the loop, among Kafka Streams' own: how long after a worker's silence became too long the commands
 * that follow go out, and how much the loop does. One set a stream task, which others add up.
 */
final class LoopMetrics implements AutoCloseable {
    static final String GROUP = "taskgraph-loop";
    static final String STALE_TO_COMMAND = "stale-to-command-ms";

    private final StreamsMetrics metrics;
    private final String task;
    private final Sensor staleness;
    private final Sensor passes;
    private final Sensor escalations;

    LoopMetrics(StreamsMetrics metrics, TaskId task) {
        this.metrics = metrics;
        this.task = task.toString();
        staleness = sensor(STALE_TO_COMMAND);
        staleness.add(
                name(STALE_TO_COMMAND + "-avg", "milliseconds from staleness to command, mean of late"), new Avg());
        staleness.add(
                name(STALE_TO_COMMAND + "-max", "milliseconds from staleness to command, most of late"), new Max());
        staleness.add(name("workers-lost-total", "workers found lost"), new CumulativeCount());
        passes = sensor("passes");
        passes.add(name("passes-total", "passes by timer that changed something"), new CumulativeSum());
        escalations = sensor("escalations");
        escalations.add(name("escalations-total", "calls for an operator"), new CumulativeSum());
    }

    private Sensor sensor(String what) {
        return metrics.addSensor(GROUP + "." + what + "." + task, Sensor.RecordingLevel.INFO);
    }

    private MetricName name(String name, String description) {
        return new MetricName(name, GROUP, description, Map.of("task-id", task));
    }

    /**
     * The decision's commands have been handed on.
     *
     * @param run as it stands after it
     * @param now in milliseconds since the epoch
     */
    void commanded(Run run, Decision d, long now) {
        for (Fact f : d.getFacts()) {
            if (f.getWorkerLost() != null) {
                long stale = f.getWorkerLost().getLastHeardAt().toEpochMilli()
                        + run.policy().caps().heartbeatStalenessMillis();
                staleness.record(Math.max(0, now - stale));
            } else if (f.getPassMade() != null) {
                passes.record(1);
            } else if (f.getEscalated() != null) {
                escalations.record(1);
            }
        }
    }

    @Override
    public void close() {
        metrics.removeSensor(staleness);
        metrics.removeSensor(passes);
        metrics.removeSensor(escalations);
    }
}
