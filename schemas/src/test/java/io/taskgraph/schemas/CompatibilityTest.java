package io.taskgraph.schemas;

import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Released schemas are frozen, and today's can read all of them and be read by all of them. To release the schemas as
 * they are now: {@code mvn -pl schemas -am test
 * -Dtest=CompatibilityTest#releaseTheSchemasAsTheyAreNow -Dtaskgraph.release.schemas=v2
 * -Dsurefire.failIfNoSpecifiedTests=false}, with the number after the latest one; see docs/schemas.md.
 */
class CompatibilityTest {
    private static final String REMEDY =
            "Release the schemas as they are now under the next version: see docs/schemas.md, 'To release'.";

    @Test
    @EnabledIfSystemProperty(named = "taskgraph.release.schemas", matches = "v[1-9][0-9]*")
    void releaseTheSchemasAsTheyAreNow() {
        new Release(System.getProperty("taskgraph.release.schemas")).write();
    }

    @Test
    void releasedFilesAreAsTheyWereReleased() {
        for (Release release : Release.all()) {
            release.manifests().forEach((path, sums) -> assertThat(sums.getValue())
                    .as("%s: a released file was edited, added or removed. Take it back.", path)
                    .isEqualTo(sums.getKey()));
        }
    }

    @Test
    void todaysSchemasAreFullyCompatibleWithEveryReleasedOne() {
        Map<String, Schema> today = Vocabulary.topicRecords();
        List<String> incompatible = new ArrayList<>();
        for (Release release : Release.all()) {
            release.schemas().forEach((name, released) -> {
                assertThat(today)
                        .as("%s was released in %s", name, release.version())
                        .containsKey(name);
                for (String problem : problems(released, today.get(name))) {
                    incompatible.add(release.version() + " " + name + ": " + problem);
                }
            });
        }
        assertThat(incompatible).isEmpty();
    }

    @Test
    void todaysSchemasAreTheLatestReleased() {
        Map<String, Schema> released = Release.latest().schemas();

        // Schemas are equal if their docs alone differ.
        assertThat(released).as(REMEDY).isEqualTo(new TreeMap<>(Vocabulary.topicRecords()));
    }

    @Test
    void incompatibleChangesAreFound() {
        Schema released = record("{'name':'a','type':'string'}");

        assertThat(problems(released, record("{'name':'a','type':'string'},{'name':'b','type':'int'}")))
                .as("a field without default: today's reader lacks it in old records")
                .hasSize(1);
        assertThat(problems(released, record("{'name':'b','type':'int','default':0}")))
                .as("a removed field without default: an old reader lacks it in new records")
                .hasSize(1);
        assertThat(problems(released, record("{'name':'a','type':'int'}")))
                .as("another type")
                .hasSize(2);
        assertThat(problems(released, record("{'name':'a','type':'string'},{'name':'b','type':'int','default':0}")))
                .as("a field with default")
                .isEmpty();
    }

    private static Schema record(String fields) {
        return new Schema.Parser().parse(("{'type':'record','name':'R','fields':[" + fields + "]}").replace('\'', '"'));
    }

    private static List<String> problems(Schema released, Schema today) {
        List<String> problems = new ArrayList<>();
        if (!reads(today, released)) {
            problems.add("today's software cannot read records that were written with it");
        }
        if (!reads(released, today)) {
            problems.add("software of that version cannot read records that are written today");
        }
        return problems;
    }

    private static boolean reads(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                        .getType()
                == COMPATIBLE;
    }
}
