/** The policy document, its caps and its digest. Imports: {@code document}; nothing else of ours. */
package io.taskgraph.policy.contract;
