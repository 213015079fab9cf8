package io.taskgraph.benchmarks;

/** A measurement cannot go on. The message is one sentence. */
final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }
}
