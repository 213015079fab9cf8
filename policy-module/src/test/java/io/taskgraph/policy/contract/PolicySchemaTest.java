package io.taskgraph.policy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.taskgraph.policy.presets.Presets;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The JSON Schema says what the reader says, as far as a schema can. */
class PolicySchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode DOCUMENT = document();
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(DOCUMENT);

    private static JsonNode document() {
        try (InputStream in = Policy.class.getResourceAsStream("/io/taskgraph/policy/policy.schema.json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(String yaml) {
        return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    }

    static List<String> presets() {
        return Presets.names();
    }

    @ParameterizedTest
    @MethodSource("presets")
    void everyPresetIsValidAsShippedAndAsWrittenOut(String name) {
        assertThat(SCHEMA.validate(json(Presets.source(name).orElseThrow()))).isEmpty();
        assertThat(SCHEMA.validate(json(Presets.named(name).orElseThrow().document())))
                .isEmpty();
    }

    @Test
    void aPolicyThatTrustsIsValidAsWrittenAndAsWrittenOut() {
        assertThat(SCHEMA.validate(json(TrustSectionTest.WHOLE))).isEmpty();
        assertThat(SCHEMA.validate(json(Policy.parse(TrustSectionTest.WHOLE).document())))
                .isEmpty();
    }

    @Test
    void aPolicyThatNamesOperatorsIsValidAsWrittenAndAsWrittenOut() {
        assertThat(SCHEMA.validate(json(OperatorsSectionTest.WHOLE))).isEmpty();
        assertThat(SCHEMA.validate(json(Policy.parse(OperatorsSectionTest.WHOLE).document())))
                .isEmpty();
    }

    @Test
    void itHasExactlyTheReadersKeys() {
        assertThat(keys("")).containsExactlyElementsOf(PolicyReader.KEYS);
        assertThat(keys("/properties/flags")).containsExactlyElementsOf(FlagsSection.KEYS);
        assertThat(keys("/properties/caps")).containsExactlyElementsOf(CapsSection.KEYS);
        assertThat(keys("/properties/phases")).containsExactlyElementsOf(PhasesSection.KEYS);
        assertThat(keys("/properties/phases/properties/transitions")).containsExactlyElementsOf(PhasesSection.PHASES);
        assertThat(keys("/properties/phases/properties/routes/items"))
                .containsExactlyElementsOf(PhasesSection.ROUTE_KEYS);
        assertThat(keys("/properties/actions")).containsExactlyElementsOf(ActionsSection.KEYS);
        assertThat(keys("/properties/actions/properties/tools")).containsExactlyElementsOf(ActionsSection.TOOLS_KEYS);
        assertThat(keys("/properties/approvals")).containsExactlyElementsOf(ApprovalsSection.KEYS);
        for (String subject : ApprovalsSection.SUBJECTS) {
            String at = "/properties/approvals/properties/" + subject;
            assertThat(keys(at)).containsExactlyElementsOf(ApprovalsSection.SUBJECT_KEYS);
            for (String risk : ApprovalsSection.RISKS) {
                assertThat(keys(at + "/properties/" + risk)).containsExactlyElementsOf(ApprovalsSection.TERMS);
            }
        }
        assertThat(keys("/properties/budgets")).containsExactlyElementsOf(BudgetsSection.KEYS);
        assertThat(keys("/$defs/bounds")).containsExactlyElementsOf(BudgetsSection.BOUNDS_KEYS);
        assertThat(keys("/properties/guards")).containsExactlyElementsOf(GuardsSection.KEYS);
        assertThat(keys("/properties/guards/properties/action_rate/oneOf/1"))
                .containsExactlyElementsOf(GuardsSection.GUARD_KEYS);
        String trust = "/properties/trust/properties/";
        assertThat(keys("/properties/trust")).containsExactlyElementsOf(TrustSection.KEYS);
        assertThat(keys(trust + "keys/additionalProperties/oneOf/1")).containsExactlyElementsOf(KeysSection.KEY_KEYS);
        assertThat(keys(trust + "signers/additionalProperties/oneOf/1"))
                .containsExactlyElementsOf(KeysSection.SIGNERS_KEYS);
        assertThat(keys(trust + "attestations/additionalProperties/oneOf/1"))
                .containsExactlyElementsOf(AttestationsSection.KEYS);
        assertThat(keys(trust + "enable")).containsExactlyElementsOf(TrustSection.ENABLE_KEYS);
        for (String profile : TrustSection.PROFILES) {
            assertThat(keys(trust + "enable/properties/" + profile)).containsExactlyElementsOf(ApprovalsSection.TERMS);
        }
        assertThat(keys("/properties/rules/items")).containsExactlyElementsOf(RulesSection.KEYS);
        assertThat(keys("/properties/reconcile")).containsExactlyElementsOf(ReconcileSection.KEYS);
        assertThat(keys("/properties/reconcile/properties/backoff"))
                .containsExactlyElementsOf(ReconcileSection.BACKOFF_KEYS);
        assertThat(keys("/properties/reconcile/properties/degraded"))
                .containsExactlyElementsOf(ReconcileSection.DEGRADED_KEYS);
        assertThat(keys("/properties/reconcile/properties/review"))
                .containsExactlyElementsOf(ReconcileSection.REVIEW_KEYS);
        assertThat(keys("/properties/gates")).containsExactlyElementsOf(GatesSection.KEYS);
        assertThat(keys("/properties/mailbox")).containsExactlyElementsOf(MailboxSection.KEYS);
        assertThat(keys("/properties/checkpoints")).containsExactlyElementsOf(CheckpointsSection.KEYS);
        assertThat(keys("/properties/snapshots")).containsExactlyElementsOf(SnapshotsSection.KEYS);
        assertThat(keys("/properties/retention")).containsExactlyElementsOf(RetentionSection.KEYS);
        String operator = "/properties/operators/additionalProperties/oneOf/1";
        assertThat(keys(operator)).containsExactlyElementsOf(OperatorsSection.KEYS);
        assertThat(keys(operator + "/properties/keys/additionalProperties"))
                .containsExactlyElementsOf(KeysSection.PLAIN_KEY_KEYS);
    }

    @Test
    void itsTransitionsAreTheContracts() {
        for (Phase phase : Phase.values()) {
            List<String> allowed = new ArrayList<>();
            DOCUMENT.at("/properties/phases/properties/transitions/properties/" + phase.key() + "/items/enum")
                    .forEach(n -> allowed.add(n.asText()));
            assertThat(allowed)
                    .as(phase.key())
                    .containsExactlyInAnyOrderElementsOf(
                            phase.next().stream().map(Phase::key).toList());
        }
    }

    @Test
    void itsNumbersHaveTheCapsRanges() {
        for (Cap cap : Cap.values()) {
            JsonNode number = DOCUMENT.at("/properties/caps/properties/" + cap.key());
            if (cap.unit() == Unit.COUNT) {
                assertThat(number.get("minimum").asLong()).as(cap.key()).isEqualTo(cap.least());
                assertThat(number.get("maximum").asLong()).as(cap.key()).isEqualTo(cap.most());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{name: x, flag: {}}",
                "{name: x, caps: {max_tasks: 0}}",
                "{name: x, caps: {max_runtime: 10}}",
                "{name: x, phases: {transitions: {idle: [executing]}}}",
                "{name: x, actions: {read: maybe}}",
                "{name: x, budgets: {run: {cost: '1.2345678'}}}",
                "{name: x, guards: {action_rate: {percent: 0, response: warn}}}",
                "{name: x, rules: [{id: a}]}",
                "{name: x, trust: {run: full}}",
                "{name: x, trust: {publishers: {Acme: user}}}",
                "{name: x, trust: {keys: {a: {public: QUJD}}}}",
                "{name: x, trust: {keys: {a: {from: 2026-01-01T00:00:00Z}}}}",
                "{name: x, trust: {signers: {a: {keys: [b]}}}}",
                "{name: x, trust: {pins: {x: {1.0: 'sha256:0'}}}}",
                "{name: x, trust: {attestations: {a: {predicate: hearsay, keys: [b]}}}}",
                "{name: x, trust: {enable: {risky: {approvers: 2}}}}",
                "{name: x, trust: {on_revocation: ignore}}",
                "{name: x, operators: {ann: {}}}",
                "{name: x, operators: {ann: {keys: {}}}}",
                "{name: x, operators: {ann: {keys: {a: {public: QUJD}}}}}",
                "{name: x, trust: {clock_skew: 5}}"
            })
    void whatTheReaderRefusesTheSchemaDoesToo(String yaml) {
        assertThat(SCHEMA.validate(json(yaml))).isNotEmpty();
        try {
            Policy.parse(yaml);
        } catch (PolicyException e) {
            assertThat(e.problems()).isNotEmpty();
            return;
        }
        throw new AssertionError("the reader takes " + yaml);
    }

    private static List<String> keys(String pointer) {
        List<String> keys = new ArrayList<>();
        DOCUMENT.at(pointer + "/properties").fieldNames().forEachRemaining(keys::add);
        assertThat(DOCUMENT.at(pointer + "/additionalProperties").asBoolean(true))
                .isFalse();
        return keys;
    }
}
