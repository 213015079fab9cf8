package io.taskgraph.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
    private static final Limits LIMITS = new Limits(100_000, 20, 100);
    private final List<Problem> problems = new ArrayList<>();

    private Optional<Node> read(String text) {
        return YamlReader.read(text, LIMITS, problems);
    }

    @Test
    void nodesKnowTheirKindsAndPlaces() {
        // when
        Node root = read("a: 1\nb:\n  - x\n  - '1'\n  - !!str 2\n  - 1.5e3\n  - yes\n  - ~\n  - true\n")
                .orElseThrow();
        // then
        Node.Sequence list = (Node.Sequence) ((Node.Mapping) root).get("b").orElseThrow();
        assertThat(list.items())
                .containsExactly(
                        new Node.Scalar(Node.Kind.TEXT, "x", 3, 5),
                        new Node.Scalar(Node.Kind.TEXT, "1", 4, 5),
                        new Node.Scalar(Node.Kind.TEXT, "2", 5, 5),
                        new Node.Scalar(Node.Kind.DECIMAL, "1.5e3", 6, 5),
                        new Node.Scalar(Node.Kind.TEXT, "yes", 7, 5),
                        new Node.Scalar(Node.Kind.NULL, "~", 8, 5),
                        new Node.Scalar(Node.Kind.BOOLEAN, "true", 9, 5));
        assertThat(((Node.Mapping) root).get("a")).contains(new Node.Scalar(Node.Kind.INTEGER, "1", 1, 4));
        assertThat(problems).isEmpty();
    }

    @Test
    void anAliasStandsForItsAnchor() {
        Node.Mapping root = (Node.Mapping) read("a: &x [1, 2]\nb: *x").orElseThrow();
        assertThat(root.get("b")).isEqualTo(root.get("a"));
        assertThat(root.weight()).isEqualTo(9);
    }

    @Test
    void anAliasBombIsRefusedAtTheFuse() {
        // given nine levels of nine aliases each
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", List.of(alias, alias, alias, alias))));
        }
        // when, then
        assertThat(read(bomb.toString())).isEmpty();
        assertThat(problems)
                .containsExactly(new Problem(3, 15, "aliases stand for more than 100 values together; write them out"));
    }

    @Test
    void anAliasWithinItsOwnAnchorIsRefused() {
        assertThat(read("a: &x [*x]")).isEmpty();
        assertThat(problems)
                .containsExactly(new Problem(1, 8, "the alias *x refers to nothing that is complete before it"));
    }

    @Test
    void deepNestingIsRefusedWithoutRecursion() {
        assertThat(read("[".repeat(50_000))).isEmpty();
        assertThat(problems).containsExactly(new Problem(1, 21, "values are nested more than 20 deep; flatten them"));
    }

    @Test
    void whatCanBeReadPastIsToldTogether() {
        assertThat(read("a: 1\na: 2\nb: !thing 3\n? [x]\n: 4\n")).isPresent();
        assertThat(problems)
                .containsExactly(
                        new Problem(2, 1, "\"a\" is given twice; keep one of them"),
                        new Problem(3, 4, "the tag !thing means nothing here; leave it out"),
                        new Problem(4, 3, "a name must be a text, not a list"));
    }

    @Test
    void binaryIsRefusedWithItsPlace() {
        assertThat(read("a: 1\nb: \u0007")).isEmpty();
        assertThat(problems)
                .containsExactly(
                        new Problem(2, 4, "this is not YAML: the character U+0007 must not stand in a text file"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: \"\\u\"", "a: \"\\u12", "a: \"\\Uffffffff\"", "a: \"\\x\"", "a: \"\\"})
    void incompleteEscapesAreRefused(String text) {
        assertThat(read(text)).isEmpty();
        assertThat(problems).hasSize(1);
    }

    @Test
    void aSecondDocumentIsRefused() {
        assertThat(read("a: 1\n---\nb: 2\n")).isEmpty();
        assertThat(problems)
                .containsExactly(new Problem(2, 1, "a second document begins here; keep one document a file"));
    }

    @Test
    void tooLongIsRefusedUnread() {
        assertThat(read("x".repeat(100_001))).isEmpty();
        assertThat(problems).singleElement().satisfies(p -> assertThat(p.message())
                .contains("more than the 100000 allowed"));
    }
}
