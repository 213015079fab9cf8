/**
 * Files that people and programs write: run specifications and patch histories, read into mutations with every mistake
 * told by its line. May import: {@code schemas}, {@code policy-module}; Jackson, the YAML and JSON Schema libraries.
 */
package io.taskgraph.spec;
