package io.taskgraph.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Mutation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever a file holds, reading it ends in a value or in sentences; nothing else is thrown. jqwik prints the seed. */
class AnyFileProperties {
    private static final String YAML = """
            name: report   # a comment
            goal: &g "Know \\"more\\""
            labels: {team: blue, other: *g}
            tasks:
              - id: find
                seconds: 1.5
              - {id: write, depends_on: &all [find], priority: -3, payload: {words: [1, 2.5, true, null]}}
              - id: edit
                depends_on: *all
                title: |
                  two
                  lines
            """;
    private static final String HISTORY = """
            {"seq":0,"at":"2025-10-12T11:25:29-07:00","operations":[{"op":"add_task","id":"a","priority":2,"seconds":1e2}]}
            {"seq":1,"expected_version":null,"operations":[{"op":"update_task","id":"a","status":"done","assignee":null}]}
            """;
    private static final String ODDITIES = "{}[]\"':,#&*!|>-?%@`\\\t\n\r \u0000\u0007\u0085\uFEFF\u20280e.~\u00e9";

    @Property(tries = 1_000)
    void aDamagedSpecificationIsReadOrRefused(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int damages) {
        readOrRefuse("x.yaml", damaged(YAML, seed, damages));
    }

    @Property(tries = 1_000)
    void aDamagedHistoryIsReadOrRefused(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int damages) {
        readOrRefuse("x.jsonl", damaged(HISTORY, seed, damages));
    }

    @Property(tries = 1_000)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        for (String name : new String[] {"x.yaml", "x.json", "x.jsonl", "x"}) {
            try {
                InputFormat.of(SourceText.of(name, bytes));
            } catch (UnreadableFile e) {
                assertThat(e.sentences()).isNotEmpty();
                continue;
            }
            readOrRefuse(name, new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private static void readOrRefuse(String name, String text) {
        try {
            SourceText source = SourceText.of(name, text.getBytes(StandardCharsets.UTF_8));
            if (InputFormat.of(source) == InputFormat.PATCH_HISTORY) {
                PatchHistory.read(source).patches().forEach(p -> p.toMutation("r", "m"));
            } else {
                Mutation mutation = RunSpecification.read(source).toMutation("r", "m", Instant.EPOCH, "");
                assertThat(mutation.getOperations()).isNotNull();
            }
        } catch (UnreadableFile e) {
            assertThat(e.sentences()).isNotEmpty().allSatisfy(s -> assertThat(s)
                    .startsWith(name + ":")
                    .doesNotContain("Exception")
                    .hasSizeLessThan(2_000));
        }
    }

    private static String damaged(String text, long seed, int damages) {
        Random dice = new Random(seed);
        StringBuilder damaged = new StringBuilder(text);
        for (int i = 0; i < damages && damaged.length() > 0; i++) {
            int at = dice.nextInt(damaged.length());
            switch (dice.nextInt(4)) {
                case 0 -> damaged.deleteCharAt(at);
                case 1 -> damaged.insert(at, ODDITIES.charAt(dice.nextInt(ODDITIES.length())));
                case 2 -> damaged.setCharAt(at, ODDITIES.charAt(dice.nextInt(ODDITIES.length())));
                default -> {
                    int end = Math.min(damaged.length(), at + dice.nextInt(20));
                    damaged.insert(dice.nextInt(damaged.length()), damaged.substring(at, end));
                }
            }
        }
        return damaged.toString();
    }
}
