/**
 * Tests of the deployed shape: the image that the Dockerfile builds, the official Kafka and registry images, and the
 * compose file as it is shipped. Tagged {@code docker}; without a Docker engine they are reported as skipped.
 */
package io.taskgraph.deployed;
