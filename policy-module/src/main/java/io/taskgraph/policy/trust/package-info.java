/** Trust: levels, and whom a policy gives which. Imports: nothing of ours. */
package io.taskgraph.policy.trust;
