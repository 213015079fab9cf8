package io.taskgraph.policy.document;

import java.util.regex.Pattern;

/**
 * What a plain scalar means: YAML 1.2's core schema without its octal and hexadecimal integers, infinities and
 * not-a-number, which are texts here and so are refused where a number is asked for.
 */
final class ScalarKinds {
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

    private ScalarKinds() {}

    static Node.Kind ofPlain(String text) {
        switch (text) {
            case "", "~", "null", "Null", "NULL":
                return Node.Kind.NULL;
            case "true", "True", "TRUE", "false", "False", "FALSE":
                return Node.Kind.BOOLEAN;
            default:
                char first = text.charAt(0);
                if (first > '9' || text.length() > 400) {
                    return Node.Kind.TEXT;
                }
                return INTEGER.matcher(text).matches()
                        ? Node.Kind.INTEGER
                        : DECIMAL.matcher(text).matches() ? Node.Kind.DECIMAL : Node.Kind.TEXT;
        }
    }
}
