package io.taskgraph.spec;

import java.nio.file.Path;

/** What a file can be that changes a run's graph: a specification, which creates one, or a history of patches. */
public sealed interface InputFile permits RunSpecification, PatchHistory {
    /**
     * Reads a file as what its ending says ({@code .jsonl} and {@code .ndjson}: history; {@code .yaml}, {@code .yml} and
     * {@code .json}: specification), or, where that says nothing, as what its beginning looks like.
     *
     * @throws UnreadableFile with all that is wrong, if it cannot be read or is not one
     */
    static InputFile read(Path file) throws UnreadableFile {
        SourceText source = SourceText.read(file);
        return InputFormat.of(source) == InputFormat.PATCH_HISTORY
                ? PatchHistory.read(source)
                : RunSpecification.read(source);
    }
}
