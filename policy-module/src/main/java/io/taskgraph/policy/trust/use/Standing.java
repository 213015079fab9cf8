package io.taskgraph.policy.trust.use;

/**
 * What the registry knows of a version of an extension.
 *
 * @param lifecycle where it is in its life
 * @param revocations what was revoked, of this extension or any
 */
public record Standing(Lifecycle lifecycle, Revocations revocations) {}
