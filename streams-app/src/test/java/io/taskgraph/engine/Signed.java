package io.taskgraph.engine;

import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.dsse.SigningKey;
import io.taskgraph.policy.trust.dsse.UnusableKey;
import io.taskgraph.policy.trust.dsse.VerifyingKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;

/** Extensions for tests, signed by keys that anybody can make again. */
public final class Signed {
    private static final String PKCS8_HEAD = "302e020100300506032b657004220420";

    private Signed() {}

    /** A policy of that name under which ann signs acme's extensions, and agents of the default type are trusted. */
    public static String policy(String name, String more) {
        return "name: " + name + "\nversion: 1\nflags: {mutable_graph: true, trust_gating: true}\n"
                + "caps: {max_runtime: 0s, worker_timeout: 0s, start_timeout: 600s, reconcile_cooldown: 0s}\n"
                + "actions: {read: allow, write: allow}\n"
                + trust(more);
    }

    /** The section on its own. */
    public static String trust(String more) {
        return "trust:\n  default: user\n  keys:\n    ann: {public: \""
                + publicKey("ann").base64() + "\"}\n"
                + "  signers:\n    acme: {publishers: [acme], names: [\"*\"], keys: [ann], threshold: 1, confers: user}\n"
                + more;
    }

    /** A toolpack of acme that reads and writes, signed by somebody. */
    public static String toolpack(String name, String version, String signer) {
        return signed(manifest(name, version, "acme"), signer);
    }

    /** What the manifest of such a toolpack says. */
    public static String manifest(String name, String version, String publisher) {
        return "{\"schema_version\": 1, \"kind\": \"toolpack\", \"name\": \"" + name + "\", \"version\": \"" + version
                + "\", \"publisher\": \"" + publisher + "\", \"risk_profile\": \"standard\","
                + " \"required_trust\": \"workspace\", \"capabilities\": [\"read\", \"write\"],"
                + " \"tools\": [{\"name\": \"save\", \"input_schema\": \"" + digest("save")
                + "\", \"risk\": \"write\"}],"
                + " \"artifacts\": [{\"name\": \"a.zip\", \"digest\": \"" + digest(name + version) + "\"}]}";
    }

    /** An envelope around it; unsigned without a signer. */
    public static String signed(String manifest, String signer) {
        Envelope e = Envelope.unsigned(Envelope.MANIFEST_TYPE, manifest.getBytes(StandardCharsets.UTF_8));
        return (signer.isEmpty() ? e : e.signedBy(signer, signingKey(signer))).json();
    }

    /** The digest that stands for a tool or file. */
    public static Digest digest(String of) {
        return Digest.of(of.getBytes(StandardCharsets.UTF_8));
    }

    /** The digest that names the version. */
    public static Digest version(String name, String version) {
        return digest(manifest(name, version, "acme"));
    }

    /** The key that belongs to a name. */
    public static VerifyingKey publicKey(String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed(name)));
            return VerifyingKey.of(generator.generateKeyPair().getPublic().getEncoded());
        } catch (GeneralSecurityException | UnusableKey e) {
            throw new AssertionError(e);
        }
    }

    /** What signs with that key. */
    public static SigningKey signingKey(String name) {
        try {
            return SigningKey.of(
                    HexFormat.of().parseHex(PKCS8_HEAD + HexFormat.of().formatHex(seed(name))));
        } catch (UnusableKey e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] seed(String name) {
        return HexFormat.of().parseHex(digest(name).hex());
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
