package io.taskgraph.cli;

import io.taskgraph.query.RunView;

/**
 * A graph of the demonstration on its way.
 *
 * @param graph what was submitted
 * @param view the run as the decision log tells it
 */
record DemoRun(DemoGraph graph, RunView view) {
    int tasks() {
        return view.state().graph().size();
    }
}
