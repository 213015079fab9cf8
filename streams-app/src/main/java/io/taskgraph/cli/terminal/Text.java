package io.taskgraph.cli.terminal;

/** Text by the width that it takes on a screen: wide signs take two columns, colour codes and combining signs none. */
public final class Text {
    private static final char ESCAPE = '\u001b';

    private Text() {}

    /** How many columns it takes. */
    public static int width(String text) {
        int width = 0;
        int i = 0;
        while (i < text.length()) {
            if (text.charAt(i) == ESCAPE) {
                i = afterCode(text, i);
                continue;
            }
            int point = text.codePointAt(i);
            width += width(point);
            i += Character.charCount(point);
        }
        return width;
    }

    /** Its beginning, in at most so many columns; colours are ended where it is cut. */
    public static String clip(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        StringBuilder kept = new StringBuilder();
        int width = 0;
        int i = 0;
        boolean coloured = false;
        while (i < text.length()) {
            if (text.charAt(i) == ESCAPE) {
                int end = afterCode(text, i);
                kept.append(text, i, end);
                coloured = true;
                i = end;
                continue;
            }
            int point = text.codePointAt(i);
            if (width + width(point) > columns) {
                break;
            }
            width += width(point);
            kept.appendCodePoint(point);
            i += Character.charCount(point);
        }
        return coloured ? kept.append("\u001b[0m").toString() : kept.toString();
    }

    /** The same, showing by its last sign that something was cut. */
    public static String shorten(String text, int columns) {
        return width(text) <= columns ? text : clip(text, Math.max(0, columns - 1)) + "~";
    }

    /** Filled up with spaces on the right. */
    public static String left(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - width(text)));
    }

    /** Filled up with spaces on the left. */
    public static String right(String text, int columns) {
        return " ".repeat(Math.max(0, columns - width(text))) + text;
    }

    /** On one line: control characters, which could move the cursor, are spaces. */
    public static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(point -> plain.appendCodePoint(Character.isISOControl(point) ? ' ' : point));
        return plain.toString();
    }

    private static int afterCode(String text, int at) {
        int end = at + 1;
        while (end < text.length() && !Character.isLetter(text.charAt(end))) {
            end++;
        }
        return Math.min(text.length(), end + 1);
    }

    private static int width(int point) {
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = point >= 0x1100 && point <= 0x115F
                || point >= 0x2E80 && point <= 0xA4CF
                || point >= 0xAC00 && point <= 0xD7A3
                || point >= 0xF900 && point <= 0xFAFF
                || point >= 0xFE30 && point <= 0xFE6F
                || point >= 0xFF00 && point <= 0xFF60
                || point >= 0x1F300 && point <= 0x1F64F
                || point >= 0x1F680 && point <= 0x1FAFF
                || point >= 0x20000 && point <= 0x3FFFD;
        return wide ? 2 : 1;
    }
}
