package io.taskgraph.policy.contract;

/** Texts as the canonical document writes them: in double quotes, each in exactly one way, on one line. */
final class Quoted {
    private Quoted() {}

    /** Whether a text is made of whole characters, so that it can be written in UTF-8. */
    static boolean canBeWritten(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /** The text in double quotes. Everything but printable ASCII is written as an escape where YAML might not keep it. */
    static String of(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (isKept(c)) {
                        quoted.appendCodePoint(c);
                    } else if (c <= 0xFFFF) {
                        quoted.append(String.format("\\u%04x", c));
                    } else {
                        quoted.append(String.format("\\U%08x", c));
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    // Printable in YAML and no line break of any kind; no byte order mark; nothing whose class a Unicode version
    // decides.
    private static boolean isKept(int c) {
        return c >= 0x20 && c <= 0x7E
                || c >= 0xA0 && c <= 0xD7FF && c != 0x2028 && c != 0x2029
                || c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF
                || c >= 0x10000;
    }
}
