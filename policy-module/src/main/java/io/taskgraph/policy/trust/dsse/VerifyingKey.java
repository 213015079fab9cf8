package io.taskgraph.policy.trust.dsse;

import io.taskgraph.policy.trust.Digest;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** A public Ed25519 key (RFC 8032). There is no other algorithm, so none can be confused with another. */
public final class VerifyingKey {
    /** The bytes of a signature. */
    public static final int SIGNATURE_BYTES = 64;

    private static final String ALGORITHM = "Ed25519";

    /**
     * Who does the arithmetic behind the JDK's interface: the same code on every JDK, whatever stands first in its
     * {@code java.security}, and seven times as fast as the JDK's own (docs/adr/0055). It is not registered, so that nothing else
     * comes to use it.
     */
    private static final class Fast {
        static final Provider PROVIDER = new BouncyCastleProvider();
    }

    // SubjectPublicKeyInfo of id-Ed25519 (RFC 8410) up to the key's 32 bytes.
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    // The y of the points whose order divides 8 (edwards25519's torsion): under them anybody's signature verifies.
    private static final Set<BigInteger> SMALL_ORDER = Set.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            P.subtract(BigInteger.ONE),
            littleEndian(HexFormat.of().parseHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
            littleEndian(HexFormat.of().parseHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")));

    private final Bytes spki;
    private final PublicKey key;
    private final Digest fingerprint;

    private VerifyingKey(Bytes spki, PublicKey key) {
        this.spki = spki;
        this.key = key;
        this.fingerprint = Digest.of(spki.uncopied());
    }

    /**
     * A key from its SubjectPublicKeyInfo.
     *
     * @param der the 44 bytes of RFC 8410's encoding
     * @throws UnusableKey if it is another algorithm's key, or no key that can be used
     */
    public static VerifyingKey of(byte[] der) throws UnusableKey {
        if (der.length != PREFIX.length + 32 || !Arrays.equals(der, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            throw new UnusableKey("it is not the public key of Ed25519 (44 bytes of DER that begin with "
                    + HexFormat.of().formatHex(PREFIX) + ")");
        }
        byte[] point = Arrays.copyOfRange(der, PREFIX.length, der.length);
        point[31] &= 0x7F;
        BigInteger y = littleEndian(point);
        if (y.compareTo(P) >= 0 || SMALL_ORDER.contains(y)) {
            throw new UnusableKey("under this key anybody's signature would verify, or it is written in a second way");
        }
        try {
            X509EncodedKeySpec encoded = new X509EncodedKeySpec(der);
            // A point off the curve is only found out when the key is used. The platform looks first: what it refuses
            // is no key.
            Signature.getInstance(ALGORITHM)
                    .initVerify(KeyFactory.getInstance(ALGORITHM).generatePublic(encoded));
            return new VerifyingKey(
                    Bytes.of(der),
                    KeyFactory.getInstance(ALGORITHM, Fast.PROVIDER).generatePublic(encoded));
        } catch (InvalidKeyException e) {
            throw new UnusableKey("it is no point of Ed25519's curve");
        } catch (GeneralSecurityException e) {
            throw new UnusableKey("the platform does not read it as a public key of Ed25519");
        }
    }

    /**
     * A key from the base64 of its SubjectPublicKeyInfo: the one line between the head and the foot of its PEM file.
     *
     * @throws UnusableKey if it is none
     */
    public static VerifyingKey ofBase64(String text) throws UnusableKey {
        return of(Bytes.ofBase64(text)
                .orElseThrow(() -> new UnusableKey("it is not base64 with its padding"))
                .uncopied());
    }

    /** SHA-256 of its SubjectPublicKeyInfo: what names it everywhere. */
    public Digest fingerprint() {
        return fingerprint;
    }

    /** The base64 of its SubjectPublicKeyInfo. */
    public String base64() {
        return spki.base64();
    }

    /** Its SubjectPublicKeyInfo. */
    public byte[] der() {
        return spki.toArray();
    }

    /** Whether this key's owner signed a message. Cost: some 80 microseconds and a SHA-512 of the message. */
    public boolean verifies(byte[] message, Bytes signature) {
        if (signature.length() != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature ed25519 = Signature.getInstance(ALGORITHM, Fast.PROVIDER);
            ed25519.initVerify(key);
            ed25519.update(message);
            return ed25519.verify(signature.uncopied());
        } catch (SignatureException e) {
            // So a provider may say that the second half is not below the group's order: a second form of a signature.
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key was usable when it was read", e);
        }
    }

    private static BigInteger littleEndian(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return new BigInteger(1, reversed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifyingKey that && spki.equals(that.spki);
    }

    @Override
    public int hashCode() {
        return spki.hashCode();
    }

    /** Its fingerprint. */
    @Override
    public String toString() {
        return fingerprint.toString();
    }
}
