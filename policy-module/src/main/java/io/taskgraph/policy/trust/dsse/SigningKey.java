package io.taskgraph.policy.trust.dsse;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;

/** A private Ed25519 key. It can sign; nothing of it can be read out of it again, also not by printing it. */
public final class SigningKey {
    private final PrivateKey key;

    private SigningKey(PrivateKey key) {
        this.key = key;
    }

    /**
     * A key from its PKCS#8 encoding (RFC 8410).
     *
     * @throws UnusableKey if it is none of Ed25519
     */
    public static SigningKey of(byte[] pkcs8) throws UnusableKey {
        try {
            return new SigningKey(KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (GeneralSecurityException e) {
            throw new UnusableKey("it is not a private key of Ed25519 in PKCS#8");
        }
    }

    /** The signature of a message: 64 bytes, the same for the same message, always (RFC 8032). */
    public Bytes sign(byte[] message) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initSign(key);
            ed25519.update(message);
            return Bytes.of(ed25519.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key was usable when it was read", e);
        }
    }

    @Override
    public String toString() {
        return "a private key";
    }
}
