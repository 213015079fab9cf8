package io.taskgraph.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taskgraph.avro.Risk;
import io.taskgraph.client.Action;
import io.taskgraph.spec.BudgetText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * What a simulated agent does beside taking its time: the {@code simulate} of a run specification, as it comes in the
 * task's payload.
 *
 * @param tokens what an attempt uses up in all
 * @param costMicros the money it uses up in all, in micro-units
 * @param steps its actions, in order
 * @param progress whether it tells how far it is, and goes on from where the attempt before it was
 * @param trouble what goes wrong
 */
public record Simulation(long tokens, long costMicros, List<Step> steps, boolean progress, SimulatedTrouble trouble) {
    /** Nothing but time. */
    public static final Simulation NONE = new Simulation(0, 0, List.of(), false, SimulatedTrouble.NONE);

    private static final String NAME = "simulate";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One action.
     *
     * @param needed whether the attempt fails for good if it is denied
     * @param unasked in so many first attempts it is performed without asking
     */
    public record Step(Action action, boolean needed, int unasked) {}

    /** Whether there is something to tell while it works. */
    public boolean tells() {
        return uses() || progress;
    }

    /** Whether it uses up anything. */
    public boolean uses() {
        return tokens > 0 || costMicros > 0;
    }

    /**
     * That of a payload; none, if the payload is not of that form.
     *
     * @throws IllegalArgumentException with one sentence, if it has a simulation that cannot be done
     */
    public static Simulation of(String payload) {
        // Most payloads have none, and some are long.
        if (payload == null || !payload.contains('"' + NAME + '"')) {
            return NONE;
        }
        JsonNode simulate;
        try {
            simulate = JSON.readTree(payload).path(NAME);
        } catch (JsonProcessingException e) {
            return NONE;
        }
        return simulate.isObject() ? of(simulate) : NONE;
    }

    private static Simulation of(JsonNode simulate) {
        List<Step> steps = new ArrayList<>();
        for (JsonNode action : simulate.path("actions")) {
            steps.add(new Step(
                    Action.of(
                            action.path("tool").asText(),
                            risk(action.path("risk")),
                            arguments(action.path("arguments")),
                            action.path("purpose").asText()),
                    action.path("needed").asBoolean(),
                    action.path("unasked").asInt()));
        }
        return new Simulation(
                tokens(simulate.path("tokens")),
                cost(simulate.path("cost")),
                List.copyOf(steps),
                simulate.path("progress").asBoolean(),
                trouble(simulate));
    }

    private static SimulatedTrouble trouble(JsonNode simulate) {
        boolean hard = simulate.path("fail_hard").asBoolean();
        // What cannot succeed fails however often it is tried, unless it says otherwise.
        int fails = attempts("fail", simulate, hard ? Integer.MAX_VALUE : 0);
        return new SimulatedTrouble(fails, hard, attempts("hang", simulate, 0));
    }

    private static int attempts(String name, JsonNode simulate, int otherwise) {
        JsonNode given = simulate.path(name);
        return given.isMissingNode()
                ? otherwise
                : required(name, given, n -> n.canConvertToInt() && n.intValue() >= 0)
                        .intValue();
    }

    private static long tokens(JsonNode given) {
        return given.isMissingNode()
                ? 0
                : required("tokens", given, n -> n.canConvertToLong() && n.longValue() >= 0)
                        .longValue();
    }

    private static long cost(JsonNode given) {
        return given.isMissingNode()
                ? 0
                : BudgetText.costMicros(given.asText()).orElseThrow(() -> wrong("cost", given));
    }

    private static Risk risk(JsonNode given) {
        String name = given.asText().toUpperCase(Locale.ROOT);
        for (Risk risk : Risk.values()) {
            if (risk.name().equals(name)) {
                return risk;
            }
        }
        return Risk.UNKNOWN;
    }

    /** As compact JSON, in the order in which they were written: the same arguments give the same digest. */
    private static String arguments(JsonNode given) {
        return given.isMissingNode() ? "" : given.isTextual() ? given.textValue() : given.toString();
    }

    private static JsonNode required(String name, JsonNode given, Predicate<JsonNode> right) {
        if (!right.test(given)) {
            throw wrong(name, given);
        }
        return given;
    }

    private static IllegalArgumentException wrong(String name, JsonNode given) {
        return new IllegalArgumentException(
                "simulate." + name + " cannot be " + given + ": see docs/feature-specs/run-specification.md.");
    }
}
