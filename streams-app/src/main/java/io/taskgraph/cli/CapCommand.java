package io.taskgraph.cli;

import io.taskgraph.policy.contract.Cap;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sets a cap of a run's policy. */
@Command(
        name = "cap",
        description = {
            "Set one cap of a run's policy anew: the run then pins the policy with that cap, and the log says so.",
            "Exits with 1 if it was refused."
        })
final class CapCommand implements Callable<Integer> {
    /** The names of the caps, for completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Cap.values()).map(Cap::key).iterator();
        }
    }

    @Mixin
    private Directing directing;

    @Parameters(
            index = "1",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "The cap: ${COMPLETION-CANDIDATES}.")
    private String name;

    @Parameters(index = "2", paramLabel = "VALUE", description = "As a policy document writes it: 40, 30s, 64KiB.")
    private String value;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Cap cap = Cap.ofKey(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "There is no cap " + name + "; choose one of " + String.join(", ", new Names()) + "."));
        long number = cap.read(value)
                .filter(n -> n >= cap.least() && n <= cap.most())
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), cap.key() + " must be " + cap.range() + ", not " + value + "."));
        String written = cap.write(number);
        return directing.say(
                cap.key() + " is " + written,
                (operator, runId, reason) -> operator.setCap(runId, cap.key(), written, reason));
    }
}
