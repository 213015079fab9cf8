package io.taskgraph.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Given a pair of keys of the platform, what a signer makes of it. */
class DirectiveSignerTest {
    @Test
    void itSignsWithThatKeyAndNamesItByItsFingerprint() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] message = "said".getBytes(UTF_8);
        DirectiveSigner signer = DirectiveSigner.of(keys);
        // then
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(keys.getPublic().getEncoded());
        assertThat(signer.keyId()).isEqualTo("sha256:" + HexFormat.of().formatHex(digest));
        Signature verifying = Signature.getInstance("Ed25519");
        verifying.initVerify(keys.getPublic());
        verifying.update(message);
        assertThat(verifying.verify(signer.sign(message))).isTrue();
    }

    @Test
    void keysOfAnotherAlgorithmAreRefused() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        assertThatThrownBy(() -> DirectiveSigner.of(keys))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Directives are signed with keys of Ed25519, not of EC.");
    }
}
