package io.taskgraph.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CrewTest {
    private final AtomicInteger open = new AtomicInteger();

    /** Notices if two use it at once. */
    private final class Tool implements AutoCloseable {
        private final AtomicInteger users = new AtomicInteger();

        Tool() {
            open.incrementAndGet();
        }

        int use(int part) {
            assertThat(users.incrementAndGet()).isOne();
            users.decrementAndGet();
            return part * part;
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    @Test
    void partsAreWorkedOnAtOnceAndTheirResultsStandInTheirOrder() {
        CyclicBarrier both = new CyclicBarrier(2);
        try (Crew<Tool> crew = new Crew<>("crew", 2, Tool::new)) {
            assertThat(crew.each(List.of(3, 1, 2, 5), (tool, part) -> {
                        await(both); // of two at a time the first waits for the second
                        return tool.use(part);
                    }))
                    .containsExactly(9, 1, 4, 25);
            assertThat(open).hasValue(2);
        }
        assertThat(open).hasValue(0);
    }

    @Test
    void moreMayWorkThanThereAreParts() {
        try (Crew<Tool> crew = new Crew<>("crew", 4, Tool::new)) {
            assertThat(crew.each(List.of(2), Tool::use)).containsExactly(4);
            assertThat(crew.each(List.<Integer>of(), Tool::use)).isEmpty();
        }
        assertThat(open).hasValue(0);
    }

    @Test
    void theFirstPartThatFailsIsTold() {
        CountDownLatch later = new CountDownLatch(1);
        try (Crew<Tool> crew = new Crew<>("crew", 2, Tool::new)) {
            assertThatThrownBy(() -> crew.each(List.of(1, 2), (tool, part) -> {
                        if (part == 2) {
                            later.countDown();
                            throw new HistoryException("part 2");
                        }
                        await(later);
                        throw new HistoryException("part 1");
                    }))
                    .isInstanceOf(HistoryException.class)
                    .hasMessage("part 1");
        }
        assertThat(open).hasValue(0);
    }

    @Test
    void whatIsUnderWayIsInterruptedWhenItIsClosed() {
        CountDownLatch never = new CountDownLatch(1);
        List<Integer> parts = IntStream.range(0, 10).boxed().toList();
        try (Crew<Tool> crew = new Crew<>("crew", 2, Tool::new)) {
            assertThatThrownBy(() -> crew.each(parts, (tool, part) -> {
                        if (part > 0) {
                            await(never);
                        }
                        throw new HistoryException("part " + part);
                    }))
                    .hasMessage("part 0");
        }
        assertThat(open).hasValue(0);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
