package io.taskgraph.engine;

import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import java.util.Map;
import java.util.Optional;

/**
 * The policies that a run can be given. What is published changes while runs are decided on: so it comes in with the
 * input, and the decision records the document that was found.
 */
public interface PolicyCatalogue {
    /** Only what comes with the product. */
    PolicyCatalogue PRESETS = Presets::named;

    /** What is looked up by a name, as decisions record it. */
    String POLICY = "policy";

    /** What is looked up by a run's labels, as decisions record it. */
    String POLICY_FOR = "policy_for";

    /** A reference as decisions record it: shortened, for it is whatever somebody sent. */
    static String key(String reference) {
        return Texts.cut(reference, Texts.NAME);
    }

    /** The policy of that name: a preset, a published profile's latest version, or the one of {@code name@version}. */
    Optional<Policy> named(String reference);

    /**
     * The published profile whose selector these labels meet, as {@link #named} takes it: of several the one with the
     * largest selector, then the first by name, in its latest version. That it is selected does not say that it can be read.
     */
    default Optional<String> selectedBy(Map<String, String> labels) {
        return Optional.empty();
    }
}
