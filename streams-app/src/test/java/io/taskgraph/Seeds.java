package io.taskgraph;

/**
 * The seeds of tests that try random inputs. A build's seed is fixed, so that what it says follows from the code alone; a search
 * for new trouble takes another one each time: {@code -Dtaskgraph.seed=random}. A failure names its seed, and
 * {@code -Dtaskgraph.seed=NUMBER} plays it again. See docs/adr/0061-the-builds-seeds-are-fixed.md.
 */
public final class Seeds {
    private static final String PROPERTY = "taskgraph.seed";
    private static final String RANDOM = "random";
    private static final long OF_THE_BUILD = 20_261_124L;

    private Seeds() {}

    /** Whether it is the build's: then what a test's rounds meet is known, and a test may ask for it. */
    public static boolean isOfTheBuild() {
        return System.getProperty(PROPERTY, "").isEmpty();
    }

    /** The seed to try with. */
    public static long seed() {
        String told = System.getProperty(PROPERTY, "");
        if (told.equals(RANDOM)) {
            return System.nanoTime();
        }
        return told.isEmpty() ? OF_THE_BUILD : Long.parseLong(told);
    }
}
