package io.taskgraph.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final Terminal PLAIN = Terminal.of(false, false, false, 80, 24);
    private static final Terminal COLOURED = Terminal.of(true, true, true, 40, 6);

    @Test
    void widthCountsWhatIsSeen() {
        assertThat(Text.width("plain")).isEqualTo(5);
        assertThat(Text.width("\u001b[32mgreen\u001b[0m")).isEqualTo(5);
        assertThat(Text.width("漢字")).isEqualTo(4);
        assertThat(Text.width("🚀 go")).isEqualTo(5);
        assertThat(Text.width("e\u0301")).isEqualTo(1);
    }

    @Test
    void textIsCutByWidthAndColoursAreEnded() {
        assertThat(Text.clip("漢字漢字", 5)).isEqualTo("漢字");
        assertThat(Text.clip("\u001b[32mgreen\u001b[0m", 3)).isEqualTo("\u001b[32mgre\u001b[0m");
        assertThat(Text.shorten("abcdef", 4)).isEqualTo("abc~");
        assertThat(Text.shorten("abcd", 4)).isEqualTo("abcd");
        assertThat(Text.plain("a\tb\u001b[2J\nc")).isEqualTo("a b [2J c");
    }

    @Test
    void aBarShowsEachPartAndFillsItsWidth() {
        assertThat(Bar.of(PLAIN, 5, 0, 0, 10, 10)).isEqualTo("#####.....");
        assertThat(Bar.of(PLAIN, 0, 0, 0, 0, 4)).isEqualTo("....");
        assertThat(Bar.of(PLAIN, 10, 0, 0, 10, 4)).isEqualTo("####");
        assertThat(Bar.of(PLAIN, 0, 1, 1, 1_000, 10))
                .as("what is little is still seen")
                .isEqualTo("x+........");
        assertThat(Bar.of(PLAIN, 999, 1, 0, 1_000, 10)).isEqualTo("#########x");
    }

    @Test
    void aTableIsAsWideAsItsCells() {
        Table table =
                new Table(PLAIN, "RUN", ">TASKS", "GOAL").row("a", 7, "ship it").row("bcdef", 1000, null);

        assertThat(table.lines())
                .containsExactly(
                        "RUN    TASKS  GOAL", //
                        "a          7  ship it",
                        "bcdef   1000");
    }

    @Test
    void durationsAreReadInTwoUnits() {
        assertThat(List.of(-5L, 840L, 42_000L, 125_000L, 11_520_000L, 352_800_000L).stream()
                        .map(Times::of))
                .containsExactly("0.0 s", "0.8 s", "42 s", "2 m 05 s", "3 h 12 m", "4 d 02 h");
    }

    @Test
    void withoutATerminalOnlyWhatStaysIsPrinted() {
        StringWriter out = new StringWriter();
        Screen screen = new Screen(new PrintWriter(out), PLAIN);

        screen.draw(List.of("live"));
        screen.say("stays");
        screen.clear();

        assertThat(out.toString()).isEqualTo("stays" + System.lineSeparator());
    }

    @Test
    void theLivePartIsDrawnOverAndFitsTheScreen() {
        StringWriter out = new StringWriter();
        Screen screen = new Screen(new PrintWriter(out), COLOURED);

        screen.draw(List.of("1", "2", "3", "4", "5", "6", "7"));
        screen.draw(List.of("x".repeat(60)));
        screen.say("stays");

        assertThat(out.toString())
                .isEqualTo("1\u001b[K\n2\u001b[K\n3\u001b[K\n4\u001b[K\n5\u001b[K\n\u001b[J"
                        + "\u001b[5F" + "x".repeat(39) + "\u001b[K\n\u001b[J"
                        + "\u001b[1F\u001b[Jstays" + System.lineSeparator());
    }
}
