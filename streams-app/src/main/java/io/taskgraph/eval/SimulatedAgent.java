package io.taskgraph.eval;

/** One worker: alive, silent for a while, or dead. */
final class SimulatedAgent {
    private final String id;
    private boolean dead;
    private long silentUntil;
    private int busy;
    private boolean worked;

    SimulatedAgent(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    boolean isDead() {
        return dead;
    }

    /** Whether it hears and says anything at that time. */
    boolean hears(long now) {
        return !dead && now >= silentUntil;
    }

    long silentUntil() {
        return silentUntil;
    }

    /** How many attempts it holds. */
    int busy() {
        return busy;
    }

    /** Whether it has taken anything up: before that nobody knows it. */
    boolean worked() {
        return worked;
    }

    void took() {
        busy++;
        worked = true;
    }

    void ended() {
        busy--;
    }

    void die() {
        dead = true;
    }

    void silent(long until) {
        silentUntil = until;
    }
}
