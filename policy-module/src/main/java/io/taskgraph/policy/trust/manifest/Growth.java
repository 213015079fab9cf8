package io.taskgraph.policy.trust.manifest;

import io.taskgraph.policy.trust.Capability;
import java.util.ArrayList;
import java.util.List;

/**
 * Something in which an update takes more than what was agreed to, so that the old approval does not cover it.
 *
 * @param what in what it grew
 * @param name the tool or capability; empty where there is but one of its kind
 * @param from what it was; empty: there was none
 * @param to what it is
 */
public record Growth(What what, String name, String from, String to) {
    /** In what an extension can grow. */
    public enum What {
        KIND,
        PUBLISHER,
        RISK_PROFILE,
        REQUIRED_TRUST,
        CAPABILITY,
        TOOL,
        TOOL_RISK
    }

    /**
     * In what an update grew, in the order of {@link What}, then by name. Less is no growth; neither is another input schema
     * of a tool, or another artifact: those the digest of the version covers.
     */
    public static List<Growth> between(Manifest agreed, Manifest update) {
        List<Growth> grown = new ArrayList<>();
        if (agreed.kind() != update.kind()) {
            grown.add(
                    new Growth(What.KIND, "", agreed.kind().key(), update.kind().key()));
        }
        if (!agreed.publisher().equals(update.publisher())) {
            grown.add(new Growth(What.PUBLISHER, "", agreed.publisher(), update.publisher()));
        }
        if (update.riskProfile().compareTo(agreed.riskProfile()) > 0) {
            grown.add(new Growth(
                    What.RISK_PROFILE,
                    "",
                    agreed.riskProfile().key(),
                    update.riskProfile().key()));
        }
        if (update.requiredTrust().compareTo(agreed.requiredTrust()) < 0) {
            grown.add(new Growth(
                    What.REQUIRED_TRUST,
                    "",
                    agreed.requiredTrust().key(),
                    update.requiredTrust().key()));
        }
        for (Capability capability : update.capabilities()) {
            if (!agreed.capabilities().contains(capability)) {
                grown.add(new Growth(What.CAPABILITY, capability.key(), "", capability.key()));
            }
        }
        List<Growth> risks = new ArrayList<>();
        for (Tool tool : update.tools().values()) {
            Tool before = agreed.tools().get(tool.name());
            if (before == null) {
                grown.add(new Growth(What.TOOL, tool.name(), "", tool.risk().key()));
            } else if (tool.risk().compareTo(before.risk()) > 0) {
                risks.add(new Growth(
                        What.TOOL_RISK,
                        tool.name(),
                        before.risk().key(),
                        tool.risk().key()));
            }
        }
        grown.addAll(risks);
        return List.copyOf(grown);
    }

    @Override
    public String toString() {
        return switch (what) {
            case KIND -> "it was a " + from + " and is a " + to;
            case PUBLISHER -> "its publisher was " + from + " and is " + to;
            case RISK_PROFILE -> "its risk profile was " + from + " and is " + to;
            case REQUIRED_TRUST -> "it required the trust " + from + " and now only " + to;
            case CAPABILITY -> "it asks for " + name + ", which it did not";
            case TOOL -> "it has the tool " + name + " (" + to + "), which it had not";
            case TOOL_RISK -> "its tool " + name + " was " + from + " and is " + to;
        };
    }
}
