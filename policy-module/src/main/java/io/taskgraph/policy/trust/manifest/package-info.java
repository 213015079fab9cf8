/**
 * What an extension says of itself. Imports: {@code json}, {@code document}, {@code contract} for {@code Risk}, {@code trust};
 * nothing else of ours.
 */
package io.taskgraph.policy.trust.manifest;
