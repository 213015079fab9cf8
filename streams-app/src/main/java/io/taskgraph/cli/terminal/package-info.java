/** What a person sees: width, colour, tables, bars and a part of the screen that is redrawn in place. Imports the JDK only. */
package io.taskgraph.cli.terminal;
