/** Strategies: what to do when something went wrong. May import graph and what engine shows strategies. */
package io.taskgraph.reconcile;
