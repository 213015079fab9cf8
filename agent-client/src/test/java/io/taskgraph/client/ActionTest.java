package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.Risk;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be asked for. */
class ActionTest {
    @Test
    void whatCannotBeAToolIsSaidAtOnce() {
        for (String tool : List.of("", " x", "x\n", "x".repeat(257), "\ud800")) {
            assertThatThrownBy(() -> Action.of(tool, Risk.READ, "", ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("The tool's name must have 1 to 256 characters");
        }
        assertThat(Action.of("x", Risk.READ, "", "y".repeat(2_000)).purpose()).hasSize(1_024);
    }

    @Test
    void theDigestIsThatOfTheArguments() {
        assertThat(HexFormat.of()
                        .formatHex(Action.of("x", Risk.READ, "", "")
                                .argumentsDigest()
                                .bytes()))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(Action.of("x", Risk.READ, "a", "")).isEqualTo(Action.of("x", Risk.READ, new byte[] {'a'}, ""));
    }
}
