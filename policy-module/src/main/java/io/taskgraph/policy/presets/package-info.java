/** Named policy documents that come with the product. Imports: {@code contract}; nothing else of ours. */
package io.taskgraph.policy.presets;
