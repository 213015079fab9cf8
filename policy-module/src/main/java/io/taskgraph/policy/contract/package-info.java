/** The policy document, its caps and its digest. Imports: {@code document}, {@code decision}; nothing else of ours. */
package io.taskgraph.policy.contract;
