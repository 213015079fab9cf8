package io.taskgraph.policy.trust.dsse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.policy.trust.TestKey;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyingKeyTest {
    private static final HexFormat HEX = HexFormat.of();

    /** RFC 8032, 7.1: tests 1 to 3. */
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60, d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '', e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb, 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72, 92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7, fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82, 6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    })
    void signsAndVerifiesWhatTheStandardDoes(String seed, String key, String message, String signature) {
        TestKey pair = TestKey.ofSeed("rfc", HEX.parseHex(seed));
        Bytes made = pair.signing().sign(HEX.parseHex(message));
        assertThat(HEX.formatHex(pair.publicKey().der())).isEqualTo("302a300506032b6570032100" + key);
        assertThat(HEX.formatHex(made.toArray())).isEqualTo(signature);
        assertThat(pair.publicKey().verifies(HEX.parseHex(message), made)).isTrue();
    }

    /** Whatever bit is wrong: what verifies here is what the JDK's own provider verifies. */
    @Test
    void theJdkSaysTheSame() throws Exception {
        TestKey ann = TestKey.of("ann");
        PublicKey jdk = KeyFactory.getInstance("Ed25519", "SunEC")
                .generatePublic(new X509EncodedKeySpec(ann.publicKey().der()));
        byte[] message = {1, 2, 3};
        byte[] signed = ann.signing().sign(message).toArray();
        for (int bit = -1; bit < 8 * signed.length; bit++) {
            byte[] signature = signed.clone();
            if (bit >= 0) {
                signature[bit / 8] ^= (byte) (1 << bit % 8);
            }
            Signature sunEc = Signature.getInstance("Ed25519", "SunEC");
            sunEc.initVerify(jdk);
            sunEc.update(message);
            boolean verifies;
            try {
                verifies = sunEc.verify(signature);
            } catch (SignatureException e) {
                verifies = false;
            }
            assertThat(ann.publicKey().verifies(message, Bytes.of(signature)))
                    .as("bit %s", bit)
                    .isEqualTo(verifies)
                    .isEqualTo(bit < 0);
        }
    }

    @Test
    void aSignatureInItsSecondFormIsRefused() {
        // given s and s + L, which is the same modulo the group's order
        TestKey ann = TestKey.of("ann");
        byte[] message = {1, 2, 3};
        byte[] signature = ann.signing().sign(message).toArray();
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] s = new byte[32];
        for (int i = 0; i < 32; i++) {
            s[i] = signature[63 - i];
        }
        byte[] other = new BigInteger(1, s).add(order).toByteArray();
        for (int i = 0; i < 32; i++) {
            int from = other.length - 1 - i;
            signature[32 + i] = from >= 0 ? other[from] : 0;
        }
        // then
        assertThat(ann.publicKey().verifies(message, Bytes.of(signature))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 63, 65, 128})
    void aSignatureOfAnotherLengthIsRefused(int length) {
        assertThat(TestKey.of("ann").publicKey().verifies(new byte[1], Bytes.of(new byte[length])))
                .isFalse();
    }

    /** The points whose order divides 8, each also with the other sign: anybody's signature would verify under them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void aKeyUnderWhichAnybodySignsIsRefused(String point) {
        assertThatThrownBy(() -> VerifyingKey.of(HEX.parseHex("302a300506032b6570032100" + point)))
                .isInstanceOf(UnusableKey.class)
                .hasMessage("under this key anybody's signature would verify, or it is written in a second way");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed448", "EC", "RSA", "X25519"})
    void keysOfOtherAlgorithmsAreRefused(String algorithm) throws Exception {
        var pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        assertThatThrownBy(() -> VerifyingKey.of(pair.getPublic().getEncoded()))
                .isInstanceOf(UnusableKey.class)
                .hasMessageStartingWith("it is not the public key of Ed25519");
        assertThatThrownBy(() -> SigningKey.of(pair.getPrivate().getEncoded()))
                .isInstanceOf(UnusableKey.class)
                .hasMessage("it is not a private key of Ed25519 in PKCS#8");
    }

    @Test
    void keysAreWrittenAsPemAndReadBack() throws Exception {
        TestKey ann = TestKey.of("ann");
        String text = Pem.PUBLIC_KEY.write(ann.publicKey().der());
        assertThat(text)
                .isEqualTo("-----BEGIN PUBLIC KEY-----\n" + ann.publicKey().base64() + "\n-----END PUBLIC KEY-----\n");
        assertThat(VerifyingKey.of(Pem.PUBLIC_KEY.read(text))).isEqualTo(ann.publicKey());
        assertThat(VerifyingKey.ofBase64(ann.publicKey().base64())).isEqualTo(ann.publicKey());
        assertThat(Pem.PRIVATE_KEY.read(Pem.PRIVATE_KEY.write(ann.pkcs8()))).isEqualTo(ann.pkcs8());
    }

    @Test
    void nothingOfAPrivateKeyIsEverShown() {
        TestKey ann = TestKey.of("ann");
        String text = Pem.PRIVATE_KEY.write(ann.pkcs8());
        String secret = text.lines().skip(1).findFirst().orElseThrow();
        assertThat(ann.signing()).hasToString("a private key");
        assertThatThrownBy(() -> Pem.PUBLIC_KEY.read(text))
                .isInstanceOf(UnusableKey.class)
                .hasMessageNotContaining(secret)
                .hasMessageStartingWith("it holds something else; a public key begins with the line");
        assertThatThrownBy(() -> Pem.PRIVATE_KEY.read(secret))
                .isInstanceOf(UnusableKey.class)
                .hasMessageNotContaining(secret)
                .hasMessageStartingWith("it is not PEM");
        assertThatThrownBy(() -> VerifyingKey.ofBase64(secret))
                .isInstanceOf(UnusableKey.class)
                .hasMessageNotContaining(secret);
    }
}
