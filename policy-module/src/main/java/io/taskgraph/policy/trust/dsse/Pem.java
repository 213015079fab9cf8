package io.taskgraph.policy.trust.dsse;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys as text (RFC 7468), as openssl writes and reads them. */
public enum Pem {
    PRIVATE_KEY("PRIVATE KEY", "private"),
    PUBLIC_KEY("PUBLIC KEY", "public");

    private final String label;
    private final String word;
    private final Pattern written;

    Pem(String label, String word) {
        this.label = label;
        this.word = word;
        this.written = Pattern.compile(
                "\\s*+-----BEGIN " + label + "-----\\s*+([A-Za-z0-9+/=\\s]{0,400})-----END " + label + "-----\\s*+");
    }

    /** The key's encoding as text. */
    public String write(byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    /**
     * The key's encoding, from text that holds it and nothing else.
     *
     * @throws UnusableKey if it does not; the message shows nothing of it
     */
    public byte[] read(String text) throws UnusableKey {
        Matcher matcher = written.matcher(text);
        if (!matcher.matches()) {
            String what = text.contains("-----BEGIN ") ? "it holds something else" : "it is not PEM";
            throw new UnusableKey(what + "; a " + word + " key begins with the line -----BEGIN " + label
                    + "----- and ends with " + "-----END " + label + "-----, nothing around it");
        }
        return Bytes.ofBase64(matcher.group(1).replaceAll("\\s", ""))
                .orElseThrow(() -> new UnusableKey("the lines between head and foot are not base64"))
                .toArray();
    }
}
