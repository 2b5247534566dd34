package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.Endpoint;
import io.forrest.RegistryException;
import io.forrest.Subscription;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The registries of one test of the contract. Not thread-safe; confine it to one thread. */
abstract class RegistryFixture {

    static final String FOLDER = "contract";
    static final Endpoint HERE = Endpoint.of("10.0.0.5", 32768);
    static final Endpoint ELSEWHERE = Endpoint.of("10.0.0.6", 32769);

    private static final Duration SOON = Duration.ofSeconds(2);

    private final String prefix = "/contract-" + UUID.randomUUID();
    private final Set<String> prefixes = new LinkedHashSet<>();
    private final List<Registry> opened = new ArrayList<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<WatchRecorder> recorders = new ArrayList<>();
    private Registry registry;

    protected abstract Registry newRegistry(String prefixOfTest);

    protected abstract Registry newRegistry(String prefixOfTest, Duration ttl);

    @BeforeEach
    void openRegistry() {
        registry = under(prefix);
    }

    final String prefix() {
        return prefix;
    }

    final Registry registry() {
        return registry;
    }

    /** Returns one more registry of the test's prefix. */
    final Registry another() {
        return under(prefix);
    }

    final Registry under(String otherPrefix) {
        prefixes.add(otherPrefix);
        return opened(newRegistry(otherPrefix));
    }

    /** Returns a registry of the test's prefix whose announcements run out. */
    final Registry leased(Duration ttl) {
        return opened(newRegistry(prefix, ttl));
    }

    private Registry opened(Registry created) {
        opened.add(created);
        return created;
    }

    /** Returns what is announced, by name; a registry need not know the app. */
    static Map<String, Endpoint> announced(Registry registry) {
        Map<String, Endpoint> endpoints = new TreeMap<>();
        for (Announcement announcement : registry.announcements()) {
            assertThat(announcement.app()).isIn("", "myapp");
            assertThat(endpoints.put(announcement.name(), announcement.endpoint()))
                    .as("second entry of %s", announcement.name())
                    .isNull();
        }
        return endpoints;
    }

    static Announcement announcement(String name, Endpoint endpoint) {
        return new Announcement(name, "myapp", endpoint);
    }

    /** Watches until the test is over, when the recorder must have found nothing wrong. */
    final Subscription watch(Registry watched, WatchRecorder recorder) {
        Subscription subscription = watched.watch(recorder);
        subscriptions.add(subscription);
        recorders.add(recorder);
        return subscription;
    }

    /** Looks again and again, for a while, whether something stays as it is. */
    static <T> void assertStays(Duration time, T expected, Supplier<T> look) {
        assertThat(Eventually.look(time, look, seen -> !seen.equals(expected))).isEqualTo(expected);
    }

    /** Looks again and again until something is as it should be. */
    static <T> void assertBecomes(Duration within, T expected, Supplier<T> look) {
        assertThat(Eventually.look(within, look, expected::equals)).isEqualTo(expected);
    }

    /** Makes a call with the interrupted status set, and clears that. */
    static void assertEndsWhenInterrupted(ThrowingCallable call) {
        TimeSource time = TimeSource.system();
        long start = time.nanoTime();
        boolean kept;
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(RegistryException.class).isThrownBy(call);
        } finally {
            kept = Thread.interrupted();
        }
        assertThat(kept).as("interrupted status").isTrue();
        assertThat(Duration.ofNanos(time.nanoTime() - start)).isLessThan(SOON);
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            subscriptions.forEach(Subscription::close);
            recorders.forEach(WatchRecorder::assertSound);
            Set.copyOf(prefixes).forEach(this::clean);
        } finally {
            opened.forEach(Registry::close);
        }
    }

    private void clean(String used) {
        Registry fresh = under(used);
        fresh.announcements().forEach(fresh::withdraw);
        assertThat(fresh.announcements()).as("left under %s", used).isEmpty();
        Records records = fresh.records();
        for (String folder : List.of(FOLDER, FOLDER + "s")) {
            records.list(folder).forEach((name, value) -> records.delete(new RecordKey(folder, name), value));
            assertThat(records.list(folder))
                    .as("left in %s under %s", folder, used)
                    .isEmpty();
        }
    }
}
