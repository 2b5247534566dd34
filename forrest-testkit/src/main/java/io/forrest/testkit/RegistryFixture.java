package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.RegistryException;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The registries of one test of the contract. Not thread-safe; confine it to one thread. */
abstract class RegistryFixture {

    static final String FOLDER = "contract";

    private static final Duration SOON = Duration.ofSeconds(2);

    private final String prefix = "/contract-" + UUID.randomUUID();
    private final Set<String> prefixes = new LinkedHashSet<>();
    private final List<Registry> opened = new ArrayList<>();
    private Registry registry;

    protected abstract Registry newRegistry(String prefixOfTest);

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
        Registry created = newRegistry(otherPrefix);
        opened.add(created);
        prefixes.add(otherPrefix);
        return created;
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
