package io.taskgraph.engine;

/**
 * A version of an extension that the run itself pins.
 *
 * @param id name, an at sign and version
 * @param digest of its manifest
 */
record PinnedExtension(String id, String digest) {
    static final Table.Kind<PinnedExtension> ENTRY =
            new Table.Kind<>((byte) 'E', "pinned extension", (out, p) -> out.text(1, p.digest), (id, in) -> {
                String digest = "";
                for (int f = in.next(); f != 0; f = in.next()) {
                    if (f == 1) {
                        digest = in.text();
                    } else {
                        in.skip();
                    }
                }
                return new PinnedExtension(id, digest);
            });
}
