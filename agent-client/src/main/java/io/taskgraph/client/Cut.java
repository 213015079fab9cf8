package io.taskgraph.client;

/** Texts at the length that the control plane keeps of them. */
final class Cut {
    private Cut() {}

    /** The beginning of a text, at most so many UTF-16 units, and never half a character. */
    static String to(int most, String text) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }
}
