package io.taskgraph.cli;

/** Who a command says it is: for the record only, authority comes from the topic that it may write. */
final class Actor {
    private static final int MOST = 200;

    private Actor() {}

    /** {@code cli} and the user's name. */
    static String name() {
        String user = System.getProperty("user.name", "");
        return user.isBlank() ? "cli" : "cli:" + user.substring(0, Math.min(MOST, user.length()));
    }
}
