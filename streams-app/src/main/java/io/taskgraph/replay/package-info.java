/** Folds the decision log and compares it, decision by decision and with the live state. May import engine and schemas. */
package io.taskgraph.replay;
