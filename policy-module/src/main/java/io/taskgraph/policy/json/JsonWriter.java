package io.taskgraph.policy.json;

/** Writes JSON: members in their order, two blanks a level, everything but printable ASCII as an escape. */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder();

    private JsonWriter() {}

    /** The value as text, with a line feed at its end. The same value gives the same text, always. */
    public static String write(Json value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value, "\n");
        return writer.out.append('\n').toString();
    }

    private void value(Json value, String line) {
        if (value instanceof Json.Obj object) {
            String separator = "";
            out.append('{');
            for (var member : object.members().entrySet()) {
                out.append(separator).append(line).append("  ");
                quote(member.getKey());
                out.append(": ");
                value(member.getValue(), line + "  ");
                separator = ",";
            }
            out.append(separator.isEmpty() ? "" : line).append('}');
        } else if (value instanceof Json.Arr list) {
            String separator = "";
            out.append('[');
            for (Json item : list.items()) {
                out.append(separator).append(line).append("  ");
                value(item, line + "  ");
                separator = ",";
            }
            out.append(separator.isEmpty() ? "" : line).append(']');
        } else if (value instanceof Json.Text text) {
            quote(text.value());
        } else if (value instanceof Json.Num number) {
            out.append(number.text());
        } else if (value instanceof Json.Bool bool) {
            out.append(bool.value());
        } else {
            out.append("null");
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            out.append(Json.ascii(text.charAt(i)));
        }
        out.append('"');
    }
}
