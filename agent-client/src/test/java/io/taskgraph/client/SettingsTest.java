package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskgraph.avro.Budget;
import io.taskgraph.avro.ExtensionPin;
import io.taskgraph.avro.ParentRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What users may configure, and what not. */
class SettingsTest {
    private final ClientConfig config = ClientConfig.builder("broker:9092", "http://registry:8081")
            .property("security.protocol", "SASL_SSL")
            .property("linger.ms", "3")
            .property("fetch.max.wait.ms", "50")
            .property("acks", "0")
            .property("isolation.level", "read_uncommitted")
            .property("group.id", "mine")
            .property("basic.auth.user.info", "me:secret")
            .property("a.plugins.own", "value")
            .build();
    private final KafkaSettings settings = new KafkaSettings(config);

    @Test
    void eachClientTakesWhatItKnowsAndTheProtocolIsOurs() {
        assertThat(settings.producer("id", 120_000, 1_000))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("linger.ms", "3")
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", "true")
                .containsEntry("a.plugins.own", "value")
                .doesNotContainKeys("fetch.max.wait.ms", "isolation.level", "group.id", "basic.auth.user.info");
        assertThat(settings.tail("id"))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("fetch.max.wait.ms", "50")
                .containsEntry("isolation.level", "read_committed")
                .doesNotContainKeys("linger.ms", "group.id");
        assertThat(settings.shareConsumer("id", "taskgraph.agents.default", 1))
                .containsEntry("group.id", "taskgraph.agents.default")
                .containsEntry("share.acknowledgement.mode", "explicit")
                .containsEntry("share.acquire.mode", "record_limit")
                .containsEntry("max.poll.records", "1")
                .doesNotContainKeys("isolation.level", "linger.ms");
    }

    @Test
    void whatIsMissingOrOutOfRangeIsSaidInOneSentence() {
        assertThatThrownBy(() -> ClientConfig.of(" ", "http://registry:8081"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no Kafka bootstrap address: give one, for instance localhost:9092.");
        assertThatThrownBy(() -> ClientConfig.of("broker:9092", ""))
                .hasMessage("There is no schema registry address: give one, for instance http://localhost:8081.");
        assertThatThrownBy(() -> ClientConfig.builder("broker:9092", "http://registry:8081")
                        .decisionTimeout(Duration.ZERO)
                        .build())
                .hasMessage("The decision timeout is PT0S: it must be longer than nothing.");
        assertThatThrownBy(() -> Worker.builder(config).start())
                .hasMessage("There is no handler: say what is to be done with tasks.");
        assertThatThrownBy(() -> Worker.builder(config)
                        .concurrency(0)
                        .handler(task -> null)
                        .start())
                .hasMessage("The concurrency is 0: take a number from 1 to 10000.");
    }

    @Test
    void aRunSpecIsAValueAndGetsAFreshId() {
        assertThat(RunSpec.named("x").runId()).matches("run-[0-9a-f]{12}");
        RunSpec spec = RunSpec.withId("r").name("n").goal("g").preset("demo").label("k", "v");
        assertThat(spec)
                .isEqualTo(new RunSpec(
                        "r", "n", "g", "demo", Map.of("k", "v"), null, null, null, List.of(), Patch.empty()));
        Budget budget = new Budget(1_000L, null, 60_000L);
        ParentRun parent = new ParentRun("above", "task", 1);
        String digest = "sha256:" + "0".repeat(64);
        List<ExtensionPin> pins = List.of(new ExtensionPin("files", "1.0.0", digest));
        assertThat(spec.budget(budget).parent(parent).pin("files", "1.0.0", digest))
                .isEqualTo(new RunSpec(
                        "r", "n", "g", "demo", Map.of("k", "v"), budget, parent, null, pins, Patch.empty()));
    }

    @Test
    void aBrokerThatIsNotThereIsWaitedForAndThenSaidInOneSentence() {
        ClientConfig nobody = ClientConfig.builder("127.0.0.1:1", "mock://nobody")
                .connectTimeout(Duration.ofMillis(200))
                .build();
        assertThatThrownBy(() -> Client.connect(nobody))
                .isInstanceOf(ClientException.class)
                .hasMessage(
                        "Gave up after 200 ms: Kafka at 127.0.0.1:1 does not answer; start it, or correct the address.");
        assertThatThrownBy(() -> Worker.builder(nobody).handler(task -> null).start())
                .isInstanceOf(ClientException.class)
                .hasMessage(
                        "Gave up after 200 ms: Kafka at 127.0.0.1:1 does not answer; start it, or correct the address.");
    }
}
