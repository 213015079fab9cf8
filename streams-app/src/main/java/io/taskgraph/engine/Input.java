package io.taskgraph.engine;

import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Report;
import io.taskgraph.policy.trust.dsse.Envelope;

/** What the engine decides on. Its kind is the topic it came on, and with it its authority. */
public sealed interface Input {
    /** The run that it is about. */
    String runId();

    /** Where it came from. */
    Origin origin();

    /** Its identity within the run, empty for a timer. */
    String messageId();

    /** The family of topic, as recorded in the decision's cause. */
    String family();

    /** Who says that they said it: informational, unless it is proved. */
    String actor();

    /**
     * A planner's patch.
     *
     * @param policies those that a run can be given now
     */
    record OfMutation(Mutation mutation, Origin origin, PolicyCatalogue policies) implements Input {
        @Override
        public String runId() {
            return mutation.getRunId();
        }

        @Override
        public String messageId() {
            return mutation.getMessageId();
        }

        @Override
        public String family() {
            return "mutations";
        }

        @Override
        public String actor() {
            return mutation.getActor();
        }
    }

    /** An agent's report. */
    record OfReport(Report report, Origin origin) implements Input {
        @Override
        public String runId() {
            return report.getRunId();
        }

        @Override
        public String messageId() {
            return report.getMessageId();
        }

        @Override
        public String family() {
            return "reports";
        }

        @Override
        public String actor() {
            return report.getWorkerId();
        }
    }

    /** A worker's heartbeat that tells what its attempts have used up: the rest of heartbeats is no input of the engine. */
    record OfHeartbeat(Heartbeat heartbeat, Origin origin) implements Input {
        @Override
        public String runId() {
            return heartbeat.getRunId();
        }

        @Override
        public String messageId() {
            return "";
        }

        @Override
        public String family() {
            return "heartbeats";
        }

        @Override
        public String actor() {
            return heartbeat.getWorkerId();
        }
    }

    /**
     * An operator's directive.
     *
     * @param policies those that a run can be given now
     * @param signed the bytes that the directive was read from, with their signature; null: it has none
     */
    record OfDirective(Directive directive, Origin origin, PolicyCatalogue policies, Envelope signed) implements Input {
        /** One that nobody has signed. */
        public OfDirective(Directive directive, Origin origin, PolicyCatalogue policies) {
            this(directive, origin, policies, null);
        }

        @Override
        public String runId() {
            return directive.getRunId();
        }

        @Override
        public String messageId() {
            return directive.getMessageId();
        }

        @Override
        public String family() {
            return "directives";
        }

        @Override
        public String actor() {
            return directive.getActor();
        }
    }

    /**
     * The run's earliest date has come: of a lease, an attempt, an approval or the run itself.
     *
     * @param dueAt when, in milliseconds since the epoch
     * @param liveness what had been heard of the workers
     * @param heartbeatsReadTo the offset up to which heartbeats had been read, exclusive; -1 unknown
     */
    record OfTimer(String runId, long dueAt, Liveness liveness, int partition, long heartbeatsReadTo) implements Input {
        @Override
        public Origin origin() {
            return new Origin(partition, -1);
        }

        @Override
        public String messageId() {
            return "";
        }

        @Override
        public String family() {
            return "timers";
        }

        @Override
        public String actor() {
            return "";
        }
    }

    /**
     * The registry of extensions may have changed in what the run has seen of it.
     *
     * @param partition the partition that looked
     */
    record OfRegistryChange(String runId, int partition) implements Input {
        @Override
        public Origin origin() {
            return new Origin(partition, -1);
        }

        @Override
        public String messageId() {
            return "";
        }

        @Override
        public String family() {
            return "extensions";
        }

        @Override
        public String actor() {
            return "";
        }
    }

    /** A mutation where nothing is published. */
    static Input mutation(Mutation m, Origin o) {
        return new OfMutation(m, o, PolicyCatalogue.PRESETS);
    }

    static Input report(Report r, Origin o) {
        return new OfReport(r, o);
    }

    /** A directive where nothing is published. */
    static Input directive(Directive d, Origin o) {
        return new OfDirective(d, o, PolicyCatalogue.PRESETS);
    }
}
