package io.taskgraph.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What the terminal behind standard output can do. Without one (a pipe, a file, CI) nothing is redrawn and nothing is
 * coloured. Honours {@code NO_COLOR} and {@code TERM=dumb}, and writes ASCII only where the locale is not UTF-8.
 */
public final class Terminal {
    private static final int PLAIN_COLUMNS = 120;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final boolean live;
    private final boolean coloured;
    private final boolean unicode;
    private int columns;
    private int rows;
    private long lookedAt;

    private Terminal(boolean live, boolean coloured, boolean unicode, int columns, int rows) {
        this.live = live;
        this.coloured = coloured;
        this.unicode = unicode;
        this.columns = columns;
        this.rows = rows;
        this.lookedAt = System.nanoTime() - LOOK_NANOS;
    }

    /** That of this process. {@code scripts/taskgraph} looks for it; otherwise Java's own view of it counts. */
    public static Terminal ofProcess() {
        String told = System.getProperty("taskgraph.terminal");
        String kind = System.getenv("TERM");
        boolean dumb = kind == null || kind.isBlank() || kind.equals("dumb");
        boolean live = !dumb && (told == null ? System.console() != null : Boolean.parseBoolean(told));
        String noColour = System.getenv("NO_COLOR");
        return new Terminal(
                live, live && (noColour == null || noColour.isEmpty()), utf8(), live ? 80 : PLAIN_COLUMNS, 24);
    }

    /** None: what a pipe gets, in ASCII. */
    public static Terminal none() {
        return new Terminal(false, false, false, PLAIN_COLUMNS, 24);
    }

    /** One of a fixed kind, for tests. */
    static Terminal of(boolean live, boolean coloured, boolean unicode, int columns, int rows) {
        Terminal terminal = new Terminal(live, coloured, unicode, columns, rows);
        terminal.lookedAt = Long.MAX_VALUE;
        return terminal;
    }

    private static boolean utf8() {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = System.getenv(name);
            if (value != null && !value.isBlank()) {
                String lower = value.toLowerCase(Locale.ROOT);
                return lower.contains("utf-8") || lower.contains("utf8");
            }
        }
        return false;
    }

    /** Whether a part of the screen can be redrawn in place. */
    public boolean isLive() {
        return live;
    }

    public boolean isUnicode() {
        return unicode;
    }

    /** How many characters fit on a line, 20 or more. */
    public int columns() {
        look();
        return columns;
    }

    /** How many lines fit on the screen, 5 or more. */
    public int rows() {
        look();
        return rows;
    }

    public String bold(String text) {
        return styled("1", text);
    }

    public String dim(String text) {
        return styled("2", text);
    }

    public String good(String text) {
        return styled("32", text);
    }

    public String bad(String text) {
        return styled("31", text);
    }

    public String busy(String text) {
        return styled("33", text);
    }

    public String name(String text) {
        return styled("36", text);
    }

    /** A sign before a line: the first where the locale is UTF-8, the other elsewhere. */
    public String sign(String sign, String ascii) {
        return unicode ? sign : ascii;
    }

    private String styled(String code, String text) {
        return coloured && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /** The size now: it is asked for again every two seconds, for a window may be resized. */
    private void look() {
        if (!live || System.nanoTime() - lookedAt < LOOK_NANOS) {
            return;
        }
        lookedAt = System.nanoTime();
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ");
            if (stty.waitFor() == 0 && size.length == 2) {
                rows = Math.max(5, Integer.parseInt(size[0]));
                columns = Math.max(20, Integer.parseInt(size[1]));
            }
        } catch (IOException | NumberFormatException e) {
            // What was known of the size stays.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
