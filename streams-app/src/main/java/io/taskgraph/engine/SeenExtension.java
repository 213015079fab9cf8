package io.taskgraph.engine;

import io.taskgraph.avro.ExtensionGrant;
import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.ToolGrant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the run last saw of an extension, for agents of one type.
 *
 * @param id name, an at sign and version, then a slash and the agent type
 * @param digest of its manifest; empty if the registry knows no such version
 * @param state where it was in its life
 * @param sequence the registry's decision that it was there since
 * @param rule the rule that it may not be used by; empty if it may
 * @param reason why it may not
 * @param tools the tools that may be called
 * @param risks the risk of each, as the schemas number them
 * @param descriptors the digest of each one's descriptor
 * @param capabilities what may be done
 * @param untilMillis until when, exclusive; 0: without end
 */
record SeenExtension(
        String id,
        String digest,
        ExtensionState state,
        long sequence,
        String rule,
        String reason,
        List<String> tools,
        List<Long> risks,
        List<String> descriptors,
        List<String> capabilities,
        long untilMillis) {
    static final Table.Kind<SeenExtension> ENTRY =
            new Table.Kind<>((byte) 'S', "extension as seen", SeenExtension::write, SeenExtension::read);

    static String id(String toolpack, String agentType) {
        return toolpack + "/" + agentType;
    }

    static SeenExtension of(ExtensionSeen f) {
        ExtensionGrant g = f.getGrant();
        List<ToolGrant> tools = g == null ? List.of() : g.getTools();
        return new SeenExtension(
                id(RegisteredExtension.id(f.getExtension()), f.getAgentType()),
                f.getDigest(),
                f.getState(),
                f.getRegistrySequence(),
                f.getRule(),
                f.getReason(),
                tools.stream().map(ToolGrant::getTool).toList(),
                tools.stream().map(t -> (long) t.getRisk().ordinal()).toList(),
                tools.stream().map(ToolGrant::getDescriptor).toList(),
                g == null ? List.of() : List.copyOf(g.getCapabilities()),
                g == null || g.getUntil() == null ? 0 : g.getUntil().toEpochMilli());
    }

    boolean allowed() {
        return rule.isEmpty();
    }

    /** Whether it may be used at a time, in milliseconds since the epoch. */
    boolean allowedAt(long now) {
        return allowed() && (untilMillis == 0 || now < untilMillis);
    }

    ExtensionRef ref() {
        return TaskToolpacks.ref(toolpack());
    }

    /** Name, an at sign and version. */
    String toolpack() {
        return id.substring(0, id.indexOf('/'));
    }

    String agentType() {
        return id.substring(id.indexOf('/') + 1);
    }

    ExtensionGrant grant() {
        List<ToolGrant> granted = new ArrayList<>();
        for (int i = 0; i < tools.size(); i++) {
            granted.add(new ToolGrant(tools.get(i), Risk.values()[risks.get(i).intValue()], descriptors.get(i)));
        }
        ExtensionRef ref = ref();
        return new ExtensionGrant(
                ref.getName(),
                ref.getVersion(),
                digest,
                granted,
                capabilities,
                untilMillis == 0 ? null : Instant.ofEpochMilli(untilMillis));
    }

    private static void write(EntryWriter out, SeenExtension s) {
        out.text(1, s.digest)
                .number(2, s.state.ordinal())
                .number(3, s.sequence)
                .text(4, s.rule)
                .text(5, s.reason)
                .texts(6, s.tools)
                .numbers(7, s.risks)
                .texts(8, s.descriptors)
                .texts(9, s.capabilities)
                .number(10, s.untilMillis);
    }

    private static SeenExtension read(String id, EntryReader in) {
        String[] text = {"", "", ""};
        ExtensionState state = ExtensionState.UNKNOWN;
        long sequence = 0;
        long until = 0;
        List<String> tools = new ArrayList<>();
        List<Long> risks = new ArrayList<>();
        List<String> descriptors = new ArrayList<>();
        List<String> capabilities = new ArrayList<>();
        for (int f = in.next(); f != 0; f = in.next()) {
            switch (f) {
                case 1 -> text[0] = in.text();
                case 2 -> state = ExtensionState.values()[(int) in.number()];
                case 3 -> sequence = in.number();
                case 4 -> text[1] = in.text();
                case 5 -> text[2] = in.text();
                case 6 -> tools.add(in.text());
                case 7 -> risks.add(in.number());
                case 8 -> descriptors.add(in.text());
                case 9 -> capabilities.add(in.text());
                case 10 -> until = in.number();
                default -> in.skip();
            }
        }
        return new SeenExtension(
                id, text[0], state, sequence, text[1], text[2], tools, risks, descriptors, capabilities, until);
    }
}
