package io.taskgraph.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An approval as people name it: {@code RUN/ID}. Neither part has a slash in it.
 *
 * @param runId the run
 * @param approvalId the approval within the run
 */
record ApprovalId(String runId, String approvalId) {
    @Override
    public String toString() {
        return runId + "/" + approvalId;
    }

    /** Reads {@code RUN/ID}. */
    static final class Reader implements ITypeConverter<ApprovalId> {
        @Override
        public ApprovalId convert(String text) {
            int slash = text.indexOf('/');
            if (slash < 1 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
                throw new TypeConversionException(
                        "'" + text + "' names no approval: give RUN/ID as `approvals` lists it, such as report/12.1");
            }
            return new ApprovalId(text.substring(0, slash), text.substring(slash + 1));
        }
    }
}
