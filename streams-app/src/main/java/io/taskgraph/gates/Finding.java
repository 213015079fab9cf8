package io.taskgraph.gates;

/**
 * What a gate comes to.
 *
 * @param because one sentence without its full stop
 */
record Finding(Verdict verdict, String because) {
    static Finding pass(String because) {
        return new Finding(Verdict.PASS, because);
    }

    static Finding fail(String because) {
        return new Finding(Verdict.FAIL, because);
    }

    static Finding notObserved(String because) {
        return new Finding(Verdict.NOT_OBSERVED, because);
    }
}
