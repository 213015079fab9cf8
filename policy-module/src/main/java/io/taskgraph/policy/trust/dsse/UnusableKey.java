package io.taskgraph.policy.trust.dsse;

/** Bytes that are no key, or not one that may be used; the message says why and never shows them. */
public final class UnusableKey extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableKey(String message) {
        super(message, null, false, false);
    }
}
