package io.taskgraph.engine;

import java.util.List;

/**
 * A worker that served another extension than was signed.
 *
 * @param id of the extension as name, an at sign and version, then a slash and the worker
 * @param sequence the decision that found it out
 */
record Misserved(String id, long sequence) {
    static final Table.Kind<Misserved> ENTRY =
            new Table.Kind<>((byte) 'Z', "misserved extension", (out, m) -> out.number(1, m.sequence), (id, in) -> {
                long[] n = in.numbersTo(2);
                return new Misserved(id, n[1]);
            });

    static String id(String toolpack, String worker) {
        return toolpack + "/" + worker;
    }

    /** The workers that the run has found out so, for one version. */
    static List<String> workers(Run run, String toolpack) {
        String head = id(toolpack, "");
        return run.tables().misserved.beginningWith(head).values().stream()
                .map(m -> m.id().substring(head.length()))
                .toList();
    }
}
