/**
 * The rule language: conditions are CEL, checked by type when a document is loaded, compiled to closures, bounded in cost.
 * Imports: {@code decision}, the words of {@code contract}; CEL's compiler, RE2/J; nothing else of ours.
 */
package io.taskgraph.policy.rules;
