package io.taskgraph.client;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.HexFormat;

/**
 * Signs directives with an operator's Ed25519 key, which may be anywhere: in a key store, an agent, a device. Must be safe
 * for any thread.
 */
public interface DirectiveSigner {
    /** The key's fingerprint: {@code sha256:} and the SHA-256 of its SubjectPublicKeyInfo in 64 hexadecimal digits. */
    String keyId();

    /**
     * The Ed25519 signature of those bytes, taken as they are: 64 bytes.
     *
     * @throws ClientException if it cannot sign; the directive is not sent then
     */
    byte[] sign(byte[] message);

    /**
     * Signs by the Java platform.
     *
     * @throws IllegalArgumentException if they are not keys of Ed25519
     */
    static DirectiveSigner of(KeyPair keys) {
        String algorithm = keys.getPublic().getAlgorithm();
        if (!algorithm.equals("EdDSA") && !algorithm.equals("Ed25519")) {
            throw new IllegalArgumentException("Directives are signed with keys of Ed25519, not of " + algorithm + ".");
        }
        String keyId = fingerprint(keys.getPublic());
        PrivateKey key = keys.getPrivate();
        return new DirectiveSigner() {
            @Override
            public String keyId() {
                return keyId;
            }

            @Override
            public byte[] sign(byte[] message) {
                try {
                    Signature ed25519 = Signature.getInstance("Ed25519");
                    ed25519.initSign(key);
                    ed25519.update(message);
                    return ed25519.sign();
                } catch (InvalidKeyException e) {
                    throw new ClientException(
                            "The directive is not signed: the key is none of Ed25519 that this platform can use.", e);
                } catch (GeneralSecurityException e) {
                    throw new ClientException("The directive is not signed: " + e.getMessage() + ".", e);
                }
            }
        };
    }

    private static String fingerprint(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
