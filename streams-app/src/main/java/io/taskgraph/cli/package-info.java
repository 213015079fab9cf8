/**
 * A person's terminal: thin commands over the other packages; never decides.
 *
 * <p>May import: {@code app}, {@code embedded}, {@code query}, {@code replay}, {@code spec}, {@code offline}, the views of
 * {@code graph} and {@code engine}, {@code schemas}, {@code policy-module}, {@code agent-client}, picocli.
 */
package io.taskgraph.cli;
