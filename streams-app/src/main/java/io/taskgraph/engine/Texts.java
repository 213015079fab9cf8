package io.taskgraph.engine;

import io.taskgraph.avro.Digest;
import java.util.HexFormat;
import java.util.Locale;

/** Limits and quoting of texts that come from outside. */
final class Texts {
    static final int ID = 256;
    static final int RUN_ID = 128;
    static final int MESSAGE_ID = 128;
    static final int AGENT_TYPE = 128;
    static final int NAME = 256;
    static final int LONG_TEXT = 4096;
    /** How much of a text is quoted in a refusal. */
    private static final int QUOTED = 300;

    private Texts() {}

    /**
     * Why the text is no id of a task, worker or agent type, or null if it is one: 1 to {@code max} characters (UTF-16),
     * no control characters, no unpaired surrogates, no white space at either end.
     */
    static String problemOfId(String id, int max) {
        if (id == null || id.isEmpty()) {
            return "is empty";
        }
        if (id.length() > max) {
            return "has " + id.length() + " characters, more than the " + max + " allowed";
        }
        if (isSpace(id.codePointAt(0)) || isSpace(id.codePointBefore(id.length()))) {
            return "begins or ends with white space";
        }
        for (int i = 0; i < id.length(); ) {
            int c = id.codePointAt(i);
            if (Character.getType(c) == Character.CONTROL || Character.getType(c) == Character.SURROGATE) {
                return "has the control character or unpaired surrogate U+" + hex(c) + " at position " + i;
            }
            i += Character.charCount(c);
        }
        return null;
    }

    /** Why the text is no run id, or null if it is one. */
    static String problemOfRunId(String id) {
        if (id == null || id.isEmpty()) {
            return "is empty";
        }
        if (id.length() > RUN_ID) {
            return "has " + id.length() + " characters, more than the " + RUN_ID + " allowed";
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letter && c != '_' && c != '-' && (c != '.' || i == 0)) {
                return "may hold only A-Z a-z 0-9 . _ - and not start with a dot";
            }
        }
        return null;
    }

    /** The digest in lower-case hexadecimal. */
    static String hex(Digest digest) {
        return HexFormat.of().formatHex(digest.bytes());
    }

    /** The digest of {@link #hex(Digest)} back. */
    static Digest digest(String hex) {
        return new Digest(HexFormat.of().parseHex(hex));
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static String hex(int c) {
        String h = Integer.toHexString(c).toUpperCase(Locale.ROOT);
        return "0000".substring(Math.min(4, h.length())) + h;
    }

    /** At most {@code max} characters of the text, never half a character. */
    static String cut(String s, int max) {
        if (s.length() <= max) {
            return s;
        }
        int end = Character.isHighSurrogate(s.charAt(max - 1)) ? max - 1 : max;
        return s.substring(0, end);
    }

    /** The text as a JSON string, shortened if it is very long. */
    static String quoted(String s) {
        StringBuilder q = new StringBuilder("\"");
        String shown = cut(s, QUOTED);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            if (c == '"' || c == '\\') {
                q.append('\\').append(c);
            } else if (Character.isISOControl(c) || Character.isSurrogate(c) && !paired(shown, i)) {
                q.append("\\u").append(hex(c));
            } else {
                q.append(c);
            }
        }
        return q.append(shown.length() < s.length() ? "…\"" : "\"").toString();
    }

    private static boolean paired(String s, int i) {
        return Character.isHighSurrogate(s.charAt(i))
                ? i + 1 < s.length() && Character.isLowSurrogate(s.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(s.charAt(i - 1));
    }
}
