package io.taskgraph.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** {@code docs/topics.md} is generated from the catalogue; it says itself how. */
class TopicsPageTest {
    private static final Path PAGE = Path.of("../docs/topics.md");

    @Test
    @EnabledIfSystemProperty(named = "taskgraph.write.topics", matches = "true")
    void writeThePage() throws IOException {
        Files.createDirectories(PAGE.getParent());
        Files.writeString(PAGE, page());
    }

    @Test
    void thePageSaysWhatTheCatalogueSays() throws IOException {
        assertThat(PAGE).as("generate it by the command in TopicsPageTest").exists();
        assertThat(Files.readString(PAGE))
                .as("docs/topics.md is not what the catalogue says: generate it by the command at its end")
                .isEqualTo(page());
    }

    private static String page() {
        TopicCatalogue catalogue = TopicCatalogue.standard();
        List<String> lines = new ArrayList<>();
        lines.add("# Topics");
        lines.add("");
        lines.add(
                "A topic is a trust domain: who may write it may say such things, and nothing in a record adds to that.");
        lines.add("Names begin with a configurable prefix (`" + TopicCatalogue.DEFAULT_PREFIX
                + "` unless said otherwise). All");
        lines.add("topics have the same number of partitions (" + TopicCatalogue.DEFAULT_PARTITIONS
                + " unless configured; it cannot change under existing");
        lines.add(
                "runs), so that a run's records stand in the partition of the same number on each; the command queue has "
                        + TopicCatalogue.COMMAND_PARTITIONS);
        lines.add("([why](adr/0006-share-groups.md)) and the published policies and the registry of extensions "
                + TopicCatalogue.POLICY_PARTITIONS
                + ". Keys are UTF-8 text. Values");
        lines.add(
                "are Avro in Confluent's wire format: a zero byte, four bytes of schema id, the record. Subjects are named");
        lines.add("`<topic>-value` and are `FULL_TRANSITIVE`.");
        lines.add("");
        lines.add(
                "`taskgraph topics create` creates what is missing; `taskgraph topics drift` names what differs. What");
        lines.add(
                "the table does not name (replication, `min.insync.replicas`, segment sizes) is left to the cluster: in");
        lines.add("production, three replicas of which two must be in sync.");
        lines.add("");
        lines.add("| topic | record | key | kept | largest batch | written by | read by |");
        lines.add("|---|---|---|---|---|---|---|");
        for (Topic<?> topic : catalogue.all()) {
            lines.add("| `" + topic.name() + "` | [`" + topic.type().getSimpleName()
                    + "`](../schemas/src/main/resources/released/"
                    + Release.latest().version() + "/" + topic.type().getSimpleName() + ".avsc) | " + topic.key()
                    + " | "
                    + kept(topic) + " | " + bytes(topic) + " | " + topic.writers() + " | "
                    + topic.readers().replace("<", "&lt;") + " |");
        }
        lines.add("");
        lines.add("## What each is for");
        lines.add("");
        for (Topic<?> topic : catalogue.all()) {
            lines.add("* `" + topic.name() + "`: " + topic.purpose());
        }
        lines.add("");
        lines.add("## Headers");
        lines.add("");
        lines.add(
                "UTF-8 text, so that a reader can pass over what is not for it without decoding. They carry no authority.");
        lines.add("");
        lines.add("| header | on | what |");
        lines.add("|---|---|---|");
        lines.add("| `" + RecordHeaders.RUN_ID + "` | commands, signals, decisions | the run |");
        lines.add("| `" + RecordHeaders.AGENT_TYPE + "` | commands, signals | the kind of agent it is for |");
        lines.add("| `" + RecordHeaders.WORKER_ID + "` | signals | the one worker it is for |");
        lines.add("| `" + RecordHeaders.MESSAGE_ID
                + "` | decisions | the message id of the input that was decided; absent where a timer was the cause |");
        lines.add("| `" + RecordHeaders.OUTCOME + "` | decisions | the outcome's name |");
        lines.add("| `" + RecordHeaders.SIGNATURE
                + "` | directives | who signed it: the key's fingerprint, a blank, the signature in base64"
                + " ([approvals](architecture/approvals.md#whose-word-it-is)) |");
        lines.add("| `" + RecordHeaders.TRACEPARENT
                + "` | mutations that create a run, commands | W3C trace context: of the producer; of the attempt |");
        lines.add("| `" + RecordHeaders.TRACESTATE + "` | the same | what goes with it |");
        lines.add("");
        lines.add("This page is generated from `TopicCatalogue`, and the build fails if it is stale:");
        lines.add("`mvn -pl schemas -am test -Dtest=TopicsPageTest#writeThePage -Dtaskgraph.write.topics=true"
                + " -Dsurefire.failIfNoSpecifiedTests=false`");
        return String.join("\n", lines) + "\n";
    }

    private static String kept(Topic<?> topic) {
        if (topic.settings().get("cleanup.policy").equals("compact")) {
            return "last of each key";
        }
        long millis = Long.parseLong(topic.settings().get("retention.ms"));
        if (millis < 0) {
            return "for ever";
        }
        Duration time = Duration.ofMillis(millis);
        return time.toDays() > 0 ? time.toDays() + " d" : time.toHours() + " h";
    }

    private static String bytes(Topic<?> topic) {
        return Integer.parseInt(topic.settings().get("max.message.bytes")) / 1024 / 1024 + " MiB";
    }
}
