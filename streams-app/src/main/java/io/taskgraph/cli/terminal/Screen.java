package io.taskgraph.cli.terminal;

import java.io.PrintWriter;
import java.util.List;

/**
 * Lines that stay, and below them a part that is redrawn in place. Without a live terminal there are only the lines that
 * stay. Not thread-safe.
 */
public final class Screen {
    private final PrintWriter out;
    private final Terminal terminal;
    private int drawn;

    public Screen(PrintWriter out, Terminal terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    public Terminal terminal() {
        return terminal;
    }

    /** Prints a line that stays, above the live part, which is gone until it is drawn again. */
    public void say(String line) {
        out.println(erased() + line);
        out.flush();
    }

    /** Draws the live part anew: the lines that fit, each cut to the width of the screen. */
    public void draw(List<String> lines) {
        if (!terminal.isLive()) {
            return;
        }
        int most = Math.min(lines.size(), terminal.rows() - 1);
        int columns = terminal.columns() - 1;
        // Written over, not erased and written: so it does not flicker.
        StringBuilder all = new StringBuilder(drawn > 0 ? "\u001b[" + drawn + "F" : "");
        for (String line : lines.subList(0, most)) {
            all.append(Text.clip(line, columns)).append("\u001b[K\n");
        }
        all.append("\u001b[J");
        out.print(all);
        out.flush();
        drawn = most;
    }

    /** Leaves the live part as it stands; what follows comes below it. */
    public void keep() {
        drawn = 0;
    }

    /** Takes the live part away. */
    public void clear() {
        out.print(erased());
        out.flush();
    }

    private String erased() {
        String code = drawn > 0 ? "\u001b[" + drawn + "F\u001b[J" : "";
        drawn = 0;
        return code;
    }
}
