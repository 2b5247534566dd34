package io.forrest.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forrest.Subscription;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How every runtime's watches end, as tests. Not thread-safe; confine it to one thread. */
abstract class ContainerWatchClosingContract extends ContainerRuntimeFixture {

    static final Duration SOON = Duration.ofSeconds(10);

    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<ContainerRecorder> recorders = new ArrayList<>();

    /** Returns how long it is waited for what must not come, after it came to another. */
    Duration aWhile() {
        return Duration.ofMillis(300);
    }

    /** Watches the test's containers until it is over, when the recorder must have found nothing wrong. */
    final Subscription watch(ContainerRuntime watched, ContainerRecorder recorder) {
        return watch(watched, labels(), recorder);
    }

    final Subscription watch(ContainerRuntime watched, Map<String, String> labels, ContainerRecorder recorder) {
        Subscription subscription = watched.watch(labels, recorder);
        subscriptions.add(subscription);
        recorders.add(recorder);
        return subscription;
    }

    /** Returns a recorder that watches, once that has begun. */
    final ContainerRecorder watching(ContainerRuntime watched) {
        ContainerRecorder recorder = new ContainerRecorder();
        var unused = watch(watched, recorder);
        recorder.awaitCall("gap");
        return recorder;
    }

    /** Starts a container whose program ends at once. */
    final Container startEnding(String name, int exitCode) {
        return runtime().start(running(spec(name), "sh", "-c", "exit " + exitCode));
    }

    /** Looks again and again, for a while, whether something stays as it is. */
    final <T> void assertStays(T expected, Supplier<T> look) {
        assertThat(Eventually.look(aWhile(), look, seen -> !seen.equals(expected)))
                .isEqualTo(expected);
    }

    /** Looks again and again until something is as it should be. */
    static <T> void assertBecomes(T expected, Supplier<T> look) {
        assertThat(Eventually.look(SOON, look, expected::equals)).isEqualTo(expected);
    }

    @AfterEach
    void recordersAreSound() {
        subscriptions.forEach(Subscription::close);
        recorders.forEach(ContainerRecorder::assertSound);
    }

    @Test
    void watch_closed_tellsNothingMore() {
        ContainerRecorder recorder = new ContainerRecorder();
        Subscription subscription = watch(runtime(), recorder);
        recorder.awaitCall("gap");
        for (int i = 0; i < 3; i++) {
            subscription.close();
        }

        assertHearsNothing(recorder);
    }

    /** Has something happen, which others hear and this one does not. */
    private void assertHearsNothing(ContainerRecorder deaf) {
        List<String> before = deaf.calls();
        ContainerRecorder other = watching(another());
        Container unused = startEnding("unheard", 0);
        other.awaitCall("died");
        assertStays(before, deaf::calls);
    }

    @Test
    void watch_closedByItsListener_tellsNothingMore() {
        AtomicReference<Subscription> own = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        Set<String> done = ConcurrentHashMap.newKeySet();
        ContainerRecorder recorder = new ContainerRecorder(line -> {
            await(known);
            requireNonNull(own.get()).close();
            done.add(line);
        });
        own.set(watch(runtime(), recorder));
        known.countDown();
        assertBecomes(Set.of("gap"), () -> Set.copyOf(done));

        assertHearsNothing(recorder);
    }

    @Test
    void watch_ofClosedRuntime_tellsNothingMore() {
        ContainerRuntime closed = another();
        ContainerRecorder recorder = watching(closed);
        ContainerRecorder second = watching(closed);
        closed.close();

        assertHearsNothing(recorder);
        assertThat(second.calls()).containsExactly("gap");
    }

    @Test
    void watch_closedWhileItsListenerIsCalled_doesNotWaitNorInterruptIt() {
        ContainerRuntime closing = another();
        HeldListeners held = new HeldListeners(Duration.ofSeconds(12));
        try {
            ContainerRecorder first = new ContainerRecorder(held::hold);
            ContainerRecorder second = new ContainerRecorder(held::hold);
            Subscription subscription = watch(closing, first);
            var unused = watch(closing, second);
            first.awaitCall("gap");
            second.awaitCall("gap");
            subscription.close();
            closing.close();

            assertStays(List.of(), held::endings);
        } finally {
            held.release();
        }
        assertBecomes(List.of("released", "released"), held::endings);
    }

    @Test
    void watch_onClosedRuntime_isAnIllegalState() {
        ContainerRuntime closed = another();
        closed.close();

        assertThatIllegalStateException().isThrownBy(() -> {
            var unused = closed.watch(labels(), new ContainerRecorder());
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("a listener was interrupted", e);
        }
    }
}
