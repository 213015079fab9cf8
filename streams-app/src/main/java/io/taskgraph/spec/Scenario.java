package io.taskgraph.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.taskgraph.avro.Operation;
import io.taskgraph.policy.contract.Policy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An evaluation: a run, how agents and people behave, what goes wrong, and what has to come of it.
 *
 * @param name a word; the run's id as well
 * @param about what it tries, for people
 * @param policy what the run pins
 * @param run the graph
 * @param agents those who work
 * @param people those who answer
 * @param events what happens beside, in the order of the file
 * @param expect what has to be on record
 */
public record Scenario(
        String name,
        String about,
        Policy policy,
        RunSpecification run,
        Agents agents,
        People people,
        List<Event> events,
        Expectation expect) {
    /**
     * Those who work. Each takes what is offered, and does what the task's {@code simulate} says.
     *
     * @param count how many there are at the beginning, 0 or more
     * @param replaced whether another comes for each that is killed
     * @param heartbeatMillis how often each tells that it is alive
     * @param takesMillis how long a task takes that does not say
     */
    public record Agents(int count, boolean replaced, long heartbeatMillis, long takesMillis) {}

    /**
     * Those who answer approvals.
     *
     * @param by who; empty: nobody answers
     * @param approve whether they approve, or deny
     * @param afterMillis how long they take
     */
    public record People(String by, boolean approve, long afterMillis) {}

    /**
     * Something that happens.
     *
     * @param atMillis so long after the run was created; with {@code fact}, so long after that
     * @param fact the kind of fact that it follows; empty: it follows the run's creation
     * @param task only of this task; empty: of any
     * @param nth the how-manieth such fact, from 1
     * @param act what happens: one of {@link #ACTS}
     * @param given its details
     * @param operations those of a patch; empty for other acts
     */
    public record Event(
            long atMillis, String fact, String task, int nth, String act, JsonNode given, List<Operation> operations) {}

    /** What can happen. */
    public static final List<String> ACTS =
            List.of("silence", "kill", "restart", "poison", "late", "patch", "direct", "message");

    /**
     * How often something may be on record.
     *
     * @param least at least
     * @param most at most; {@link Long#MAX_VALUE}: it does not matter
     */
    public record Times(long least, long most) {}

    /**
     * What has to be on record.
     *
     * @param ends the phase at the end, in capitals
     * @param withinMillis by when
     * @param tasks how tasks end, in capitals, by id
     * @param facts how often, by kind
     * @param refusals how often, by code
     * @param order kinds of fact, each perhaps with a task after a space, that come in this order with others between them
     * @param deadLetters inputs that could not be read
     */
    public record Expectation(
            String ends,
            long withinMillis,
            Map<String, String> tasks,
            Map<String, Times> facts,
            Map<String, Times> refusals,
            List<String> order,
            Times deadLetters) {}

    /**
     * Reads one in YAML.
     *
     * @throws UnreadableFile with all that is wrong, if it cannot be read or is not one
     */
    public static Scenario read(Path file) throws UnreadableFile {
        return ScenarioReader.read(SourceText.read(file, "a scenario", SourceText.MOST_BYTES));
    }
}
