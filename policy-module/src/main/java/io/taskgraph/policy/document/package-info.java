/** Strict reading of YAML into nodes that know their line and column. Imports: the JDK and snakeyaml-engine; nothing of ours. */
package io.taskgraph.policy.document;
