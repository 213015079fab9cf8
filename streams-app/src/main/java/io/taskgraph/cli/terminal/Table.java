package io.taskgraph.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, each column as wide as it needs to be; the last one is cut to what the screen has left. */
public final class Table {
    private static final String GAP = "  ";
    private static final int LEAST_LAST = 10;

    private final Terminal terminal;
    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param headings one for each column; one that begins with {@code >} is of a column of numbers, on the right */
    public Table(Terminal terminal, String... headings) {
        this.terminal = terminal;
        this.headings = List.of(headings);
    }

    /** Adds a row of as many cells as there are headings; null is empty. */
    public Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell == null ? "" : cell.toString());
        }
        rows.add(row);
        return this;
    }

    /** The headings and the rows, a line each. */
    public List<String> lines() {
        int last = headings.size() - 1;
        int[] widths = new int[headings.size()];
        for (int i = 0; i <= last; i++) {
            widths[i] = Text.width(heading(i));
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], Text.width(row.get(i)));
            }
        }
        if (terminal.isLive()) {
            int before = 0;
            for (int i = 0; i < last; i++) {
                before += widths[i] + GAP.length();
            }
            widths[last] = Math.min(widths[last], Math.max(LEAST_LAST, terminal.columns() - 1 - before));
        }
        List<String> lines = new ArrayList<>();
        List<String> titles = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            titles.add(terminal.dim(heading(i)));
        }
        lines.add(line(titles, widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private String heading(int column) {
        return isNumber(column) ? headings.get(column).substring(1) : headings.get(column);
    }

    private boolean isNumber(int column) {
        return headings.get(column).startsWith(">");
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = Text.shorten(cells.get(i), widths[i]);
            line.append(i == 0 ? "" : GAP);
            line.append(
                    isNumber(i)
                            ? Text.right(cell, widths[i])
                            : i == widths.length - 1 ? cell : Text.left(cell, widths[i]));
        }
        return line.toString().stripTrailing();
    }
}
