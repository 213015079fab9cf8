package io.taskgraph.policy.trust.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.Capability;
import io.taskgraph.policy.trust.Names;
import io.taskgraph.policy.trust.attest.PredicateKind;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.use.TrustRule;
import io.taskgraph.policy.trust.use.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables of the format's page, and of the mechanism's, say what the code says. */
class ToolpackFormatTest {
    private static final Path DOCS = Path.of(System.getProperty("taskgraph.root"), "docs");
    private static final String PAGE = page("feature-specs/toolpack-format.md");

    private static String page(String name) {
        try {
            return Files.readString(DOCS.resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<List<String>> table(String page, String head) {
        List<String> lines = page.lines().toList();
        int at = lines.indexOf(head);
        assertThat(at).as("the table " + head).isNotNegative();
        return lines.stream()
                .skip(at + 2L)
                .takeWhile(l -> l.startsWith("|"))
                .map(l -> Arrays.stream(l.substring(1, l.length() - 1).split("\\|"))
                        .map(c -> c.replace("`", "").strip())
                        .toList())
                .toList();
    }

    private static List<String> column(List<List<String>> table, int column) {
        return table.stream().map(row -> row.get(column)).toList();
    }

    private static String keys(Collection<Capability> capabilities) {
        return capabilities.stream().map(Capability::key).collect(Collectors.joining(", "));
    }

    private static String count(int number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }

    @Test
    void fields() {
        assertThat(column(table(PAGE, "| field | if left out | what it says |"), 0))
                .isEqualTo(ManifestReader.KEYS);
        assertThat(column(table(PAGE, "| field of a tool | what it says |"), 0)).isEqualTo(ManifestReader.TOOL_KEYS);
        assertThat(column(table(PAGE, "| field of an artifact | what it says |"), 0))
                .isEqualTo(ManifestReader.ARTIFACT_KEYS);
    }

    @Test
    void profilesAndKinds() {
        assertThat(table(PAGE, "| risk profile | may ask for |"))
                .isEqualTo(Arrays.stream(RiskProfile.values())
                        .map(p -> List.of(p.key(), keys(p.most())))
                        .toList());
        assertThat(table(PAGE, "| kind | has, and must ask for |"))
                .isEqualTo(Arrays.stream(ExtensionKind.values())
                        .map(k -> List.of(k.key(), k.own().map(Capability::key).orElse("nothing of its own")))
                        .toList());
    }

    @Test
    void numbers() {
        assertThat(PAGE)
                .contains(
                        "UTF-8 of at most " + count(ManifestReader.MOST_BYTES) + " bytes",
                        "at most " + count(JsonProblem.MOST) + " problems",
                        "at most " + count(ManifestReader.LONGEST_DESCRIPTION) + " characters",
                        "its tools, at most " + ManifestReader.MOST_TOOLS,
                        "what is installed, 1 to " + ManifestReader.MOST_ARTIFACTS,
                        "at most " + ManifestReader.MOST_TAGS + ", each",
                        "Each has 1 to " + Names.LONGEST + " characters",
                        "JSON of at most " + count(Envelope.MOST_BYTES) + " bytes with at most "
                                + Envelope.MOST_SIGNATURES + " signatures",
                        "at most " + Verifier.MOST_TRIES + " times an envelope",
                        "at most " + Verifier.MOST_ATTESTATIONS + " of them an extension");
    }

    @Test
    void payloadTypesAndPredicates() {
        assertThat(column(table(PAGE, "| payload type | payload |"), 0))
                .containsExactly(Envelope.MANIFEST_TYPE, Envelope.STATEMENT_TYPE);
        List<List<String>> rows = table(PAGE, "| word in a policy | predicate types | what is asked of it |");
        assertThat(rows.stream().map(r -> r.subList(0, 2)).toList())
                .isEqualTo(Arrays.stream(PredicateKind.values())
                        .map(k -> List.of(k.key(), String.join(", ", k.types())))
                        .toList());
    }

    @Test
    void theExampleIsAManifest() {
        int from = PAGE.indexOf("```json\n") + 8;
        String example = PAGE.substring(from, PAGE.indexOf("```", from));
        List<JsonProblem> problems = new ArrayList<>();
        assertThat(ManifestReader.read(example.getBytes(StandardCharsets.UTF_8), problems))
                .isPresent();
        assertThat(problems).isEmpty();
    }

    @Test
    void theRulesOfTheMechanismsPageAreTheJudges() {
        assertThat(column(table(page("architecture/trust.md"), "| rule | holds if |"), 0))
                .isEqualTo(Arrays.stream(TrustRule.values()).map(TrustRule::key).toList());
    }
}
