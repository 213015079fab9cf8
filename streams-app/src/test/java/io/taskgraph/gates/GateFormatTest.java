package io.taskgraph.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.taskgraph.avro.PolicyBypassDetected;
import io.taskgraph.avro.Risk;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** A report in each of its formats, with what other people named it after. */
class GateFormatTest {
    private static final String RUN = "r|<b>\u0007`";

    private static GateReport report() {
        return Story.ofGates()
                .run(RUN, "flags: {mutable_graph: true}")
                .reported(new PolicyBypassDetected("a", 1, "w", "shell", Risk.EXEC, Story.NO_DIGEST, "x"))
                .report("replay_equivalence: {}\napproval_bypass: {}\ncaps: {blocking: false}\n", TopicEvidence.NONE);
    }

    @Test
    void jsonKeepsToItsSchema() throws Exception {
        JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(getClass().getResourceAsStream("/schemas/gate-report.schema.json"));
        String text = GateFormat.JSON.write(report());
        JsonNode json = new ObjectMapper().readTree(text);
        assertThat(schema.validate(json)).isEmpty();
        assertThat(json.get("verdict").asText()).isEqualTo("FAIL");
        assertThat(json.get("gates")
                        .get(1)
                        .get("objections")
                        .get(0)
                        .get("run_id")
                        .asText())
                .isEqualTo(RUN);
        assertThat(GateFormat.JSON.write(report()))
                .as("the same log, the same bytes")
                .isEqualTo(text);
    }

    @Test
    void junitCountsWhatBlocks() throws Exception {
        Element suite = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(GateFormat.JUNIT.write(report()).getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        assertThat(suite.getTagName()).isEqualTo("testsuite");
        assertThat(suite.getAttribute("tests")).isEqualTo("3");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("skipped")).isEqualTo("1");
        assertThat(suite.getElementsByTagName("failure").item(0).getTextContent())
                .contains("r|<b>\uFFFD`, decision 2");
    }

    @Test
    void markdownEscapesWhatOthersNamed() {
        assertThat(GateFormat.MARKDOWN.write(report()))
                .startsWith("# Gates test: FAIL\n")
                .contains("| `approval_bypass` | **FAIL** | yes | ")
                .contains("| `caps` | **NOT_OBSERVED** | no | ")
                .contains("* run r\\|\\<b\\> \\`, decision 2: ");
    }
}
