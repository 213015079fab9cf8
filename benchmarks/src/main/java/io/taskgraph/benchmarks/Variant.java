package io.taskgraph.benchmarks;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * W1 under a policy preset, with or without what a team does beside its tasks.
 *
 * @param preset the policy preset that its runs pin
 * @param heartbeats whether each run in flight has a heartbeat a second from its worker
 * @param mailEvery in every so-manieth run the worker of one task writes to the lead, who reads it; 0: in none
 */
record Variant(String preset, boolean heartbeats, int mailEvery) {
    private static final String HEARTBEATS = "heartbeats";
    private static final String MAIL = "mail";
    private static final Pattern MAIL_EVERY = Pattern.compile(MAIL + "(?:/([1-9][0-9]{0,5}))?");

    /**
     * As it is written on the command line: the preset's name, then {@code +heartbeats}, {@code +mail} or {@code +mail/N}.
     *
     * @throws BenchException if it says anything else
     */
    static Variant parse(String text) {
        List<String> parts = List.of(text.split("\\+", -1));
        boolean heartbeats = false;
        int mailEvery = 0;
        for (String part : parts.subList(1, parts.size())) {
            Matcher mail = MAIL_EVERY.matcher(part);
            if (mail.matches()) {
                mailEvery = mail.group(1) == null ? 1 : Integer.parseInt(mail.group(1));
            } else if (part.equals(HEARTBEATS)) {
                heartbeats = true;
            } else {
                throw new BenchException("--preset " + text + ": after the preset's name come +" + HEARTBEATS + " and +"
                        + MAIL + " or +" + MAIL + "/N, not +" + part + ".");
            }
        }
        return new Variant(parts.get(0), heartbeats, mailEvery);
    }

    /** Whether there is any mail. */
    boolean mail() {
        return mailEvery > 0;
    }

    /** Whether somebody writes in the n-th run. */
    boolean writes(long n) {
        return mail() && n % mailEvery == 0;
    }

    @Override
    public String toString() {
        return preset
                + (heartbeats ? "+" + HEARTBEATS : "")
                + (mail() ? "+" + MAIL + (mailEvery > 1 ? "/" + mailEvery : "") : "");
    }
}
