package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Announcement;
import io.forrest.spi.Served;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A registry, an HAProxy and servers to announce. Not thread-safe; confine it to one thread. */
final class DriverWorld implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(15);

    final Faults faults = new Faults();
    final InMemoryRegistry registry = new InMemoryRegistry(new InMemoryRegistry.Store(), "/servers", faults);
    final HaproxyFixture haproxy;
    final Frontend frontend;
    final List<HaproxyEvent> events = new CopyOnWriteArrayList<>();
    private final List<Runnable> opened = new ArrayList<>();

    DriverWorld(HaproxyFixtureBuilder haproxy) {
        this.haproxy = haproxy.start();
        this.frontend = new Frontend(this.haproxy.frontend());
    }

    HaproxyInstance instance() {
        return HaproxyInstance.at(haproxy.socket()).masterSocket(haproxy.masterSocket());
    }

    HaproxyDriver drive() {
        return drive(builder -> builder.instance(instance()));
    }

    HaproxyDriver drive(UnaryOperator<HaproxyDriverBuilder> options) {
        HaproxyDriver driver = options.apply(HaproxyDriver.watching(registry)
                        .backend(haproxy.backend())
                        .onEvent(events::add))
                .start();
        opened.add(driver::close);
        return driver;
    }

    Origin origin(String name) {
        return closing(Origin.start(name));
    }

    /** Has a server closed at the end. */
    @CanIgnoreReturnValue
    Origin closing(Origin origin) {
        opened.add(origin::close);
        return origin;
    }

    static Announcement announcement(Origin origin) {
        return new Announcement(origin.name(), "", origin.endpoint());
    }

    /** Starts a server, announces it, and returns once it is served. */
    Origin served(HaproxyDriver driver, String name) throws InterruptedException {
        Origin origin = origin(name);
        registry.announce(announcement(origin));
        assertServed(driver.awaitServing(announcement(origin), SOON));
        return origin;
    }

    static void assertServed(Served served) {
        assertThat(served.serving()).as("serving, of %s", served).isTrue();
    }

    /** Returns the names of all servers of the backend. */
    Set<String> servers() throws IOException {
        Set<String> names = new TreeSet<>();
        ServersState.parse(haproxy.ask("show servers state app")).rows().forEach(row -> names.add(row.name()));
        return names;
    }

    void awaitServers(String... names) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(servers()).containsExactlyInAnyOrder(names));
    }

    <E extends HaproxyEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <E extends HaproxyEvent> void awaitEvents(Class<E> kind, int count) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> events(kind).size() >= count);
    }

    /** Closes the drivers, then the servers, and HAProxy at last. */
    @Override
    public void close() {
        faults.heal();
        try (haproxy;
                registry) {
            opened.forEach(Runnable::run);
        }
    }
}
