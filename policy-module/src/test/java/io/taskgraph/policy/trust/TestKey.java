package io.taskgraph.policy.trust;

import io.taskgraph.policy.trust.dsse.SigningKey;
import io.taskgraph.policy.trust.dsse.UnusableKey;
import io.taskgraph.policy.trust.dsse.VerifyingKey;
import io.taskgraph.policy.trust.settings.TrustKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;

/**
 * A pair of keys that is the same in every test run: for tests alone, since anybody can make it again.
 *
 * @param name what tests call it by
 * @param pkcs8 the private key
 * @param publicKey the public one
 */
public record TestKey(String name, byte[] pkcs8, VerifyingKey publicKey) {
    private static final String PKCS8_HEAD = "302e020100300506032b657004220420";

    /** The key that belongs to a name. */
    public static TestKey of(String name) {
        return ofSeed(
                name,
                HexFormat.of()
                        .parseHex(
                                Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex()));
    }

    /** The key of RFC 8032's 32 secret bytes. */
    public static TestKey ofSeed(String name, byte[] seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
            byte[] pkcs8 = HexFormat.of().parseHex(PKCS8_HEAD + HexFormat.of().formatHex(seed));
            return new TestKey(
                    name,
                    pkcs8,
                    VerifyingKey.of(generator.generateKeyPair().getPublic().getEncoded()));
        } catch (GeneralSecurityException | UnusableKey e) {
            throw new AssertionError(e);
        }
    }

    /** What signs with it. */
    public SigningKey signing() {
        try {
            return SigningKey.of(pkcs8);
        } catch (UnusableKey e) {
            throw new AssertionError(e);
        }
    }

    /** The key as a policy knows it that puts no bound to it. */
    public TrustKey trusted() {
        return new TrustKey(name, publicKey, "", 0, TrustKey.FOREVER, false);
    }

    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final transient byte[] seed;

        Fixed(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }
}
