/** Creates the catalogue's topics on a cluster and names what differs. Imports the catalogue and Kafka's admin client. */
package io.taskgraph.schemas.admin;
