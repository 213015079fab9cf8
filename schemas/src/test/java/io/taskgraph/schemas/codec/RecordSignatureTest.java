package io.taskgraph.schemas.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Directive;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header that a signature is written to, and what is signed. */
class RecordSignatureTest {
    private static final String KEY = "sha256:" + "0a".repeat(32);

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        byte[] bytes = new byte[64];
        Arrays.fill(bytes, (byte) -2);
        RecordSignature signature = new RecordSignature(KEY, bytes);
        assertThat(RecordSignature.of(List.of(signature.text()))).isEqualTo(signature);
        assertThat(RecordSignature.of(List.of())).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "QUJD",
                "sha256:0a QUJD",
                "sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
                "sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a  QUJD",
                "sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a QUJD ",
                "sha256:0A0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a QUJD",
                "sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a QUJDR",
                "sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a QUI",
                "sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a QUJ="
            })
    void whatIsNotOfTheFormIsASignatureThatNobodyMade(String header) {
        assertThat(RecordSignature.of(List.of(header))).isSameAs(RecordSignature.BROKEN);
    }

    @Test
    void norAreSeveral() {
        String one = new RecordSignature(KEY, new byte[64]).text();
        assertThat(RecordSignature.of(List.of(one, one))).isSameAs(RecordSignature.BROKEN);
    }

    @Test
    void theSchemaIsSignedWithTheBytesAndTheFrameIsNot() {
        String type = RecordSignature.payloadType(Directive.getClassSchema());
        assertThat(type)
                .matches("application/vnd\\.taskgraph\\.directive\\+avro;schema=[0-9a-f]{64}")
                .isNotEqualTo(RecordSignature.payloadType(Approve.getClassSchema()));
        assertThat(new String(RecordSignature.signed("a/b", "-----cd".getBytes(UTF_8), 5), UTF_8))
                .isEqualTo("DSSEv1 3 a/b 2 cd");
    }
}
