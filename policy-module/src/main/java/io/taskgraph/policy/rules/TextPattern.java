package io.taskgraph.policy.rules;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** Patterns of texts: RE2, whose matches take time in proportion to the text, and of bounded size. */
final class TextPattern {
    /** The most instructions of a pattern's automaton; a match takes at most so many steps a character. */
    static final int INSTRUCTIONS = 1_000;

    // RE2/J writes repetitions out: a{1000} is a thousand instructions, and nested ones multiply until the heap is
    // full. So
    // what they multiply to is looked at before: about the instructions that would come of it, never less.
    private static final long WRITTEN_OUT = 200_000;
    private static final java.util.regex.Pattern REPETITION =
            java.util.regex.Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{0,9}))?\\}");

    private final Pattern pattern;

    private TextPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Compiles a pattern.
     *
     * @throws Unusable if it is none, or too large
     */
    static TextPattern of(String text) throws Unusable {
        long writtenOut = Math.max(1, text.length());
        var repetition = REPETITION.matcher(text);
        while (repetition.find() && writtenOut <= WRITTEN_OUT) {
            String most = repetition.group(2);
            String times = most == null || most.isEmpty() ? repetition.group(1) : most;
            writtenOut *= Math.max(1, Long.parseLong(times));
        }
        if (writtenOut > WRITTEN_OUT) {
            throw new Unusable("the pattern repeats too much; repeat less");
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new Unusable("the pattern is not one of RE2: " + e.getDescription());
        }
        if (pattern.programSize() > INSTRUCTIONS) {
            throw new Unusable("the pattern has " + pattern.programSize() + " instructions, more than the "
                    + INSTRUCTIONS + " allowed; repeat less");
        }
        return new TextPattern(pattern);
    }

    /** Whether it is found anywhere in a text. */
    boolean isIn(String text, Evaluation e) throws Unevaluable {
        e.spend(1 + (long) text.length() * pattern.programSize() / 16);
        return pattern.matcher(text).find();
    }

    /** No pattern, or one that is too large. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message, null, false, false);
        }
    }
}
