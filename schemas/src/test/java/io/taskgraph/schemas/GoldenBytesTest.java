package io.taskgraph.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.schemas.codec.RecordCodec;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The bytes of every kind of record as each release wrote them: they stay readable, and say the same. */
class GoldenBytesTest {
    private static final Map<String, SpecificRecord> SAMPLES = Samples.all();

    @Test
    void everyKindOfRecordHasGoldenBytes() {
        assertThat(Release.latest().goldenNames())
                .as("golden records of %s; see docs/schemas.md, 'To release'", Release.latest())
                .isEqualTo(new ArrayList<>(SAMPLES.keySet()));
    }

    private static String text(SpecificRecord record) {
        StringBuilder text = new StringBuilder();
        RecordText.append(text, "", record);
        return text.toString();
    }

    @TestFactory
    Stream<DynamicTest> theLatestReleasesBytesAreExactlyTheSamples() {
        return Release.latest().goldenNames().stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    byte[] golden = Release.latest().goldenBytes(name);
                    SpecificRecord expected = SAMPLES.get(name);

                    SpecificRecord decoded = decode(golden, Release.latest().schemaOf(name), expected);

                    // As text: records with an optional timestamp cannot be compared, Avro resolves their unions by
                    // class.
                    assertThat(text(decoded)).isEqualTo(text(expected));
                    assertThat(Release.encode(decoded)).isEqualTo(golden);
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyReleasesBytesSayTodayWhatTheySaidThen() {
        return Release.all().stream().flatMap(release -> release.goldenNames().stream()
                .map(name -> DynamicTest.dynamicTest(release.version() + " " + name, () -> {
                    byte[] golden = release.goldenBytes(name);
                    Schema then = release.schemaOf(name);
                    SpecificRecord kind = (SpecificRecord)
                            SpecificData.newInstance(SpecificData.get().getClass(then), then);

                    GenericRecord asThen = Release.generic(golden, then, then);
                    SpecificRecord asToday = decode(golden, then, kind);
                    GenericRecord back = Release.generic(Release.encode(asToday), asToday.getSchema(), then);

                    assertThat(Release.text(asThen)).isEqualTo(release.goldenText(name));
                    assertThat(Release.text(back)).isEqualTo(release.goldenText(name));
                })));
    }

    @SuppressWarnings("unchecked")
    private static SpecificRecord decode(byte[] bytes, Schema writers, SpecificRecord kind) {
        return RecordCodec.of((Class<SpecificRecord>) kind.getClass())
                .readerOf(writers)
                .read(bytes, 0, bytes.length);
    }
}
