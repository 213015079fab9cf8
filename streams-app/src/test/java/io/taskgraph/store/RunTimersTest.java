package io.taskgraph.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.store.RunTimers.Due;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunTimersTest {
    private KeyValueStore<Bytes, byte[]> store;
    private RunTimers timers;

    @BeforeEach
    void start() {
        store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("timers"), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        timers = new RunTimers(store);
    }

    @Test
    void runsAreDueInTheOrderOfTheirDatesAndOnlyThen() {
        timers.next("later", 300);
        timers.next("b", 100);
        timers.next("a", 100);

        assertThat(timers.due(99, 10)).isEmpty();
        assertThat(timers.due(100, 10)).containsExactly(new Due("a", 100), new Due("b", 100));
        assertThat(timers.due(1_000, 2)).containsExactly(new Due("a", 100), new Due("b", 100));
    }

    @Test
    void aLaterDateIsNotWrittenUntilTheRunWasLookedAt() {
        timers.next("r", 100);
        timers.next("r", 200);
        assertThat(timers.due(150, 10)).containsExactly(new Due("r", 100));

        timers.looked("r", 200);
        assertThat(timers.due(150, 10)).isEmpty();
        assertThat(timers.due(200, 10)).containsExactly(new Due("r", 200));
    }

    @Test
    void anEarlierDateCountsAtOnceAndARunWithoutLeasesHasNone() {
        timers.next("r", 100);
        timers.next("r", 50);
        assertThat(timers.due(50, 10)).containsExactly(new Due("r", 50));

        timers.next("r", Long.MAX_VALUE);
        assertThat(timers.due(Long.MAX_VALUE - 1, 10)).isEmpty();
        assertThat(timers.has("r")).isFalse();
    }

    @Test
    void theDatesAreThereAfterARestart() {
        timers.next("a", 100);
        timers.next("b", 200);
        timers.next("gone", 150);
        timers.next("gone", Long.MAX_VALUE);

        assertThat(new RunTimers(store).due(1_000, 10)).isEqualTo(List.of(new Due("a", 100), new Due("b", 200)));
    }
}
