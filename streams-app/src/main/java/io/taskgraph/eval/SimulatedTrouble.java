package io.taskgraph.eval;

/**
 * What goes wrong with a simulated agent.
 *
 * @param fails in so many first attempts it fails when half of the work is done
 * @param hard whether it says then that another attempt cannot succeed either
 * @param hangs in so many first attempts it never comes to an end when half of the work is done; its heartbeats go on
 */
public record SimulatedTrouble(int fails, boolean hard, int hangs) {
    /** Nothing. */
    public static final SimulatedTrouble NONE = new SimulatedTrouble(0, false, 0);

    /** Whether the attempt of that number does not come to a good end. */
    public boolean isIn(int attempt) {
        return attempt <= fails || attempt <= hangs;
    }
}
