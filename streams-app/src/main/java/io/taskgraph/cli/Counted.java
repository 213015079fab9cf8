package io.taskgraph.cli;

/** Numbers of things. */
final class Counted {
    private Counted() {}

    /** {@code 1 task}, {@code 2 tasks}, {@code 0 patches}, {@code 3 retries}. */
    static String of(long number, String noun) {
        if (number == 1) {
            return "1 " + noun;
        }
        if (noun.endsWith("ch") || noun.endsWith("s")) {
            return number + " " + noun + "es";
        }
        return number + " "
                + ((noun.endsWith("ry") || noun.endsWith("cy"))
                        ? noun.substring(0, noun.length() - 1) + "ies"
                        : noun + "s");
    }
}
