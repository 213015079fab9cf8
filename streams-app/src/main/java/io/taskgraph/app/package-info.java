/** Configuration and wiring of the control plane: the only package that sees everything. */
package io.taskgraph.app;
