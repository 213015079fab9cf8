package io.taskgraph.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * An approval as people name it: {@code RUN/ID}. Neither part has a slash in it.
 *
 * @param runId the run
 * @param approvalId the approval within the run
 */
record ApprovalId(String runId, String approvalId) {
    /**
     * Reads what a command was given.
     *
     * @throws ParameterException if one names no approval; then nothing is said of the others either
     */
    static List<ApprovalId> all(CommandSpec command, List<String> texts) {
        return texts.stream().map(text -> of(command, text)).toList();
    }

    private static ApprovalId of(CommandSpec command, String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
            throw new ParameterException(
                    command.commandLine(),
                    "'" + text + "' names no approval: give RUN/ID as `approvals` lists it, such as report/12.1.");
        }
        return new ApprovalId(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return runId + "/" + approvalId;
    }
}
