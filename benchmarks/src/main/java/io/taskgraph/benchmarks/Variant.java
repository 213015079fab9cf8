package io.taskgraph.benchmarks;

import java.util.List;

/**
 * W1 under a policy preset, with or without what a team does beside its tasks.
 *
 * @param preset the policy preset that its runs pin
 * @param heartbeats whether each run in flight has a heartbeat a second from its worker
 * @param mail whether in each run the worker of one task writes to the lead, who reads it
 */
record Variant(String preset, boolean heartbeats, boolean mail) {
    private static final String HEARTBEATS = "heartbeats";
    private static final String MAIL = "mail";

    /**
     * As it is written on the command line: the preset's name, then {@code +heartbeats}, {@code +mail}.
     *
     * @throws BenchException if it says anything else
     */
    static Variant parse(String text) {
        List<String> parts = List.of(text.split("\\+", -1));
        List<String> beside = parts.subList(1, parts.size());
        for (String part : beside) {
            if (!part.equals(HEARTBEATS) && !part.equals(MAIL)) {
                throw new BenchException("--preset " + text + ": after the preset's name come +" + HEARTBEATS + " and +"
                        + MAIL + ", not +" + part + ".");
            }
        }
        return new Variant(parts.get(0), beside.contains(HEARTBEATS), beside.contains(MAIL));
    }

    @Override
    public String toString() {
        return preset + (heartbeats ? "+" + HEARTBEATS : "") + (mail ? "+" + MAIL : "");
    }
}
