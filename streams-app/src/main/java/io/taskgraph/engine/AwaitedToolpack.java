package io.taskgraph.engine;

/**
 * A task that is deferred until it may use an extension.
 *
 * @param toolpack name, an at sign and version
 */
record AwaitedToolpack(String taskId, String toolpack) {
    static final Table.Kind<AwaitedToolpack> ENTRY =
            new Table.Kind<>((byte) 'A', "awaited toolpack", (out, a) -> out.text(1, a.toolpack), (id, in) -> {
                String toolpack = "";
                for (int f = in.next(); f != 0; f = in.next()) {
                    if (f == 1) {
                        toolpack = in.text();
                    } else {
                        in.skip();
                    }
                }
                return new AwaitedToolpack(id, toolpack);
            });
}
