package io.taskgraph.schemas.admin;

/**
 * One difference between the catalogue and a cluster.
 *
 * @param topic the topic's name
 * @param kind what differs
 * @param setting the setting's name, {@code partitions}, or empty if the topic is missing
 * @param expected the catalogue's value; empty if the topic is missing
 * @param actual the cluster's value; empty if it has none
 */
public record Drift(String topic, Kind kind, String setting, String expected, String actual) {
    /** What can differ. */
    public enum Kind {
        /** The cluster does not have the topic. */
        MISSING,
        /** It has another number of partitions, by which runs would stand elsewhere. */
        PARTITIONS,
        /** A setting has another value. */
        SETTING
    }

    /** One sentence for people: what, and the remedy. */
    public String sentence() {
        return switch (kind) {
            case MISSING -> "Topic " + topic + " does not exist: create it with 'taskgraph topics create'.";
            case PARTITIONS ->
                "Topic " + topic + " has " + actual + " partitions, the catalogue says " + expected
                        + ": configure that number, or take another prefix, for the number cannot be changed under"
                        + " the runs that are there.";
            case SETTING ->
                "Topic " + topic + " has " + setting + "=" + (actual.isEmpty() ? "(none)" : actual)
                        + ", the catalogue says " + expected + ": alter it with kafka-configs.sh --alter --entity-type"
                        + " topics --entity-name " + topic + " --add-config " + setting + "=" + expected + ".";
        };
    }
}
