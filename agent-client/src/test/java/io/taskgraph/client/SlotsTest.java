package io.taskgraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SlotsTest {
    @Test
    void noMoreAreGivenOutThanThereAre() throws InterruptedException {
        Slots slots = new Slots(3);
        assertThat(slots.awaitOne(Long.MAX_VALUE)).isTrue();
        assertThat(slots.take(5)).isEqualTo(2);
        assertThat(slots.noneFree()).isTrue();
        assertThat(slots.take(1)).isZero();
        assertThat(slots.awaitOne(1)).isFalse();
        assertThat(slots.awaitAll(1)).isFalse();
        slots.giveBack(3);
        assertThat(slots.awaitAll(1)).isTrue();
    }

    @Test
    void whoeverWaitsGetsTheOneThatIsGivenBack() throws InterruptedException {
        Slots slots = new Slots(1);
        slots.take(1);
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> await(slots));
        slots.giveBack(1);
        assertThat(waiting.join()).isTrue();
    }

    @Test
    void nobodyWaitsForOneThatIsNeverGivenOut() {
        Slots slots = new Slots(1);
        slots.take(1);
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> await(slots));
        slots.shut();
        assertThat(waiting.join()).isFalse();
    }

    private static boolean await(Slots slots) {
        try {
            return slots.awaitOne(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
