package io.forrest.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forrest.Endpoint;
import io.forrest.Subscription;
import io.forrest.spi.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How every registry's watches end, as tests. Not thread-safe; confine it to one thread. */
abstract class WatchClosingContract extends LeaseContract {

    static final Map<String, Endpoint> NOTHING = Map.of();
    static final Map<String, Endpoint> FOX_HERE = Map.of("brave-fox", HERE);

    private static final Duration SOON = Duration.ofSeconds(10);

    /** Returns how long it is waited for what must not come, after it came to another. */
    Duration aWhile() {
        return Duration.ofMillis(300);
    }

    final WatchRecorder watching(Registry watched) {
        WatchRecorder recorder = new WatchRecorder();
        var unused = watch(watched, recorder);
        return recorder;
    }

    @Test
    void watch_closed_tellsNothingMore() {
        WatchRecorder recorder = new WatchRecorder();
        Subscription subscription = watch(registry(), recorder);
        recorder.awaitPicture(NOTHING);
        for (int i = 0; i < 3; i++) {
            subscription.close();
        }

        assertHearsNothing(recorder);
    }

    /** Changes something, which others hear and this one does not. */
    private void assertHearsNothing(WatchRecorder deaf) {
        List<String> before = deaf.calls();
        WatchRecorder other = watching(another());
        another().announce(announcement("brave-fox", HERE));
        other.awaitPicture(FOX_HERE);
        assertStays(aWhile(), before, deaf::calls);
    }

    @Test
    void watch_closedByItsListener_tellsNothingMore() {
        AtomicReference<Subscription> own = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        Set<String> done = ConcurrentHashMap.newKeySet();
        WatchRecorder recorder = new WatchRecorder(line -> {
            await(known);
            requireNonNull(own.get()).close();
            done.add(line);
        });
        own.set(watch(registry(), recorder));
        known.countDown();
        assertBecomes(SOON, Set.of("snapshot"), () -> Set.copyOf(done));

        assertHearsNothing(recorder);
    }

    @Test
    void watch_ofClosedRegistry_tellsNothingMore() {
        Registry closed = another();
        WatchRecorder recorder = watching(closed);
        WatchRecorder second = watching(closed);
        recorder.awaitPicture(NOTHING);
        second.awaitPicture(NOTHING);
        closed.close();

        assertHearsNothing(recorder);
        assertThat(second.calls()).containsExactly("snapshot");
    }

    @Test
    void watch_closedWhileItsListenerIsCalled_doesNotWaitNorInterruptIt() {
        Registry closing = another();
        HeldListeners held = new HeldListeners(Duration.ofSeconds(12));
        try {
            WatchRecorder first = new WatchRecorder(held::hold);
            WatchRecorder second = new WatchRecorder(held::hold);
            Subscription subscription = watch(closing, first);
            var unused = watch(closing, second);
            first.awaitCall("snapshot");
            second.awaitCall("snapshot");
            subscription.close();
            closing.close();

            assertStays(aWhile(), List.of(), held::endings);
        } finally {
            held.release();
        }
        assertBecomes(SOON, List.of("released", "released"), held::endings);
    }

    @Test
    void watch_onClosedRegistry_isAnIllegalState() {
        Registry closed = another();
        closed.close();

        assertThatIllegalStateException().isThrownBy(() -> {
            var unused = closed.watch(new WatchRecorder());
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
