package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ApprovalKind;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.Fact;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.Operation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.Phase;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.Report;
import io.taskgraph.avro.SenderRole;
import io.taskgraph.graph.Journal;
import io.taskgraph.graph.Risk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** Nothing that can be said is without an answer: found by walking the schemas. */
class CompletenessTest {
    /** Kinds of a record, by the schemas alone. */
    private static Set<String> kinds(Schema record) {
        Set<String> kinds = new TreeSet<>();
        for (Schema.Field f : record.getFields()) {
            if (f.schema().getType() == Schema.Type.UNION) {
                for (Schema s : f.schema().getTypes()) {
                    if (s.getType() == Schema.Type.RECORD) {
                        assertThat(kinds.add(s.getFullName()))
                                .as("one field for each kind: %s", s)
                                .isTrue();
                    }
                }
            }
        }
        assertThat(kinds).isNotEmpty();
        return kinds;
    }

    private static Set<String> names(Set<Class<?>> classes) {
        return classes.stream().map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyFactHasAnApply() {
        assertThat(names(Apply.kinds())).isEqualTo(kinds(Fact.getClassSchema()));
        assertThat(new TreeSet<>(OneOf.FACT.kinds())).isEqualTo(kinds(Fact.getClassSchema()));
    }

    @Test
    void everyKindOfEntryHasALetterOfItsOwn() {
        assertThat(Tables.kinds())
                .hasSameSizeAs(new Tables(new Journal()).image().keySet());
        assertThat(Tables.kinds())
                .extracting(Table.Kind::letter)
                .doesNotContain(EntryKey.IDENTITY, EntryKey.HEADER, EntryKey.TASK, EntryKey.MEMORY);
    }

    @Test
    void everyOperationReportAndDirectiveHasADecider() {
        assertThat(names(Patch.kinds())).isEqualTo(kinds(Operation.getClassSchema()));
        assertThat(names(ReportDecider.kinds())).isEqualTo(kinds(Report.getClassSchema()));
        assertThat(names(DirectiveDecider.kinds())).isEqualTo(kinds(Directive.getClassSchema()));
    }

    @Test
    void everyInputHasADecider() {
        assertThat(names(Engine.inputs()))
                .isEqualTo(Arrays.stream(Input.class.getPermittedSubclasses())
                        .map(Class::getName)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Entries hold these by number: a new one goes to the end. */
    @Test
    void storedNumbersStay() {
        assertThat(List.of(Phase.values()))
                .map(Enum::name)
                .startsWith(
                        "UNKNOWN",
                        "IDLE",
                        "PLANNING",
                        "AWAIT_APPROVAL",
                        "EXECUTING",
                        "RECONCILING",
                        "AWAIT_USER",
                        "SYNTHESIZING",
                        "COMPLETED",
                        "FAILED");
        assertThat(List.of(Outcome.values()))
                .map(Enum::name)
                .startsWith("UNKNOWN", "ACCEPTED", "REJECTED", "DUPLICATE");
        assertThat(List.of(Risk.values()))
                .map(Enum::name)
                .startsWith("UNKNOWN", "READ", "WRITE", "EXEC", "DESTRUCTIVE");
        assertThat(List.of(RejectionCode.values()))
                .map(Enum::name)
                .startsWith(
                        "UNKNOWN",
                        "UNKNOWN_RUN",
                        "RUN_EXISTS",
                        "UNKNOWN_TASK",
                        "DUPLICATE_TASK",
                        "UNKNOWN_DEPENDENCY",
                        "CYCLE",
                        "TASK_TERMINAL",
                        "TASK_NOT_TERMINAL",
                        "TASK_ARCHIVED",
                        "TASK_IN_FLIGHT",
                        "HAS_DEPENDENTS",
                        "VERSION_CONFLICT",
                        "EMPTY_PATCH",
                        "INVALID_ID",
                        "INVALID_VALUE",
                        "UNSUPPORTED",
                        "CAP_EXCEEDED",
                        "TOO_LARGE",
                        "ILLEGAL_TRANSITION",
                        "NOT_DISPATCHED",
                        "FENCED",
                        "DENIED",
                        "FEATURE_DISABLED",
                        "QUARANTINED",
                        "ENGINE_ERROR",
                        "UNKNOWN_POLICY",
                        "UNKNOWN_APPROVAL",
                        "APPROVAL_CLOSED",
                        "APPROVAL_STALE",
                        "SELF_APPROVAL",
                        "NOT_AN_APPROVER",
                        "ALREADY_APPROVED",
                        "REASON_REQUIRED",
                        "MAILBOX_FULL",
                        "UNKNOWN_MESSAGE",
                        "NOT_DELIVERED");
        assertThat(List.of(ApprovalKind.values()))
                .map(Enum::name)
                .startsWith("UNKNOWN", "ACTION", "TASK", "PLAN", "RESULT");
        assertThat(List.of(MessageKind.values()))
                .map(Enum::name)
                .startsWith(
                        "UNKNOWN",
                        "CONTEXT",
                        "NEEDS_CONTEXT",
                        "ALERT",
                        "DECISION_REQUEST",
                        "DIRECTIVE",
                        "PROGRESS",
                        "HEARTBEAT");
        assertThat(List.of(MessagePriority.values()))
                .map(Enum::name)
                .startsWith("UNKNOWN", "CRITICAL", "HIGH", "NORMAL", "LOW");
        assertThat(List.of(SenderRole.values()))
                .map(Enum::name)
                .startsWith("UNKNOWN", "AGENT", "PLANNER", "OPERATOR", "CONTROL_PLANE");
    }

    /** docs/architecture/decisions.md explains each code, in the order of the schema. */
    @Test
    void everyRejectionCodeIsExplained() throws Exception {
        Path page = Path.of(System.getProperty("taskgraph.root"), "docs", "architecture", "decisions.md");
        List<String> explained = new ArrayList<>();
        Matcher row = Pattern.compile("^\\| `([A-Z_]+)` \\|", Pattern.MULTILINE).matcher(Files.readString(page));
        while (row.find()) {
            explained.add(row.group(1));
        }
        List<String> codes =
                Arrays.stream(RejectionCode.values()).map(Enum::name).skip(1).toList();
        assertThat(explained).isEqualTo(codes);
    }
}
