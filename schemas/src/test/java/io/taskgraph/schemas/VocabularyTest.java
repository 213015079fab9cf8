package io.taskgraph.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** What every schema of ours has to keep to, so that it explains itself and can grow. */
class VocabularyTest {
    private static final Pattern LIMITS = Pattern.compile("\\d+ to \\d+ |at most \\d+ ");
    private static final Set<String> IDS = Set.of("messageId", "runId", "workerId", "taskId", "agentType");

    private static Stream<Schema> everyType() {
        return Vocabulary.topicRecords().values().stream()
                .flatMap(schema -> Vocabulary.namedTypes(schema).stream())
                .distinct();
    }

    private static Stream<String> everyField(Predicate<Schema.Field> which) {
        return everyType()
                .filter(type -> type.getType() == Schema.Type.RECORD)
                .flatMap(type ->
                        type.getFields().stream().filter(which).map(field -> type.getName() + "." + field.name()))
                .distinct();
    }

    @Test
    void everyTypeAndFieldHasADoc() {
        assertThat(everyType()
                        .filter(type -> type.getDoc() == null || type.getDoc().isBlank())
                        .map(Schema::getName))
                .isEmpty();
        assertThat(everyField(field -> field.doc() == null || field.doc().isBlank()))
                .isEmpty();
    }

    @Test
    void everyEnumReadsUnknownSymbolsAsUnknown() {
        assertThat(everyType()
                        .filter(type -> type.getType() == Schema.Type.ENUM)
                        .filter(type -> !"UNKNOWN".equals(type.getEnumDefault()))
                        .map(Schema::getName))
                .isEmpty();
    }

    @Test
    void everyUnionIsANullableWithNullAsDefault() {
        assertThat(everyField(field -> field.schema().isUnion() && !isNullableByDefault(field)))
                .isEmpty();
    }

    @Test
    void noUnionHidesInAnArrayOrMap() {
        assertThat(everyField(field -> switch (field.schema().getType()) {
                    case ARRAY -> field.schema().getElementType().isUnion();
                    case MAP -> field.schema().getValueType().isUnion();
                    default -> false;
                }))
                .isEmpty();
    }

    @Test
    void collectionsAreEmptyByDefault() {
        assertThat(everyField(field -> Set.of(Schema.Type.ARRAY, Schema.Type.MAP)
                                .contains(field.schema().getType())
                        && !field.hasDefaultValue()))
                .isEmpty();
    }

    @Test
    void timesAreLogicalTypes() {
        assertThat(everyField(field -> field.name().endsWith("At")
                        && (present(field.schema()).getLogicalType() == null
                                || !present(field.schema())
                                        .getLogicalType()
                                        .getName()
                                        .equals("timestamp-millis"))))
                .isEmpty();
    }

    /** The schema that a value has where there is one. */
    private static Schema present(Schema schema) {
        return schema.isUnion() ? schema.getTypes().get(schema.getTypes().size() - 1) : schema;
    }

    @Test
    void everyTopicRecordStatesTheLimitsOfItsIds() {
        List<String> unstated = new ArrayList<>();
        Vocabulary.topicRecords().forEach((name, schema) -> {
            Set<String> used = new TreeSet<>();
            Set<String> stated = new TreeSet<>();
            for (Schema type : Vocabulary.namedTypes(schema)) {
                if (type.getType() != Schema.Type.RECORD) {
                    continue;
                }
                for (Schema.Field field : type.getFields()) {
                    if (IDS.contains(field.name())) {
                        used.add(field.name());
                        if (LIMITS.matcher(field.doc()).find()) {
                            stated.add(field.name());
                        }
                    }
                }
            }
            used.removeAll(stated);
            used.forEach(id -> unstated.add(name + "." + id));
        });
        assertThat(unstated).isEmpty();
    }

    @Test
    void theRecordsOfOneKindAmongSeveralAreKnown() {
        assertThat(everyType()
                        .filter(type -> type.getType() == Schema.Type.RECORD)
                        .filter(type -> !Vocabulary.kinds(type).isEmpty())
                        .map(Schema::getName)
                        .distinct())
                .containsExactlyInAnyOrder("Operation", "Report", "Directive", "Fact", "Command", "ExtensionRecord");
    }

    private static boolean isNullableByDefault(Schema.Field field) {
        List<Schema> branches = field.schema().getTypes();
        return branches.size() == 2
                && branches.get(0).getType() == Schema.Type.NULL
                && field.hasDefaultValue()
                && field.defaultVal() == JsonProperties.NULL_VALUE;
    }
}
