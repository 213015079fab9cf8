/** Serializers over a Confluent-compatible schema registry, and registration of subjects. Imports {@code codec} and the catalogue. */
package io.taskgraph.schemas.registry;
