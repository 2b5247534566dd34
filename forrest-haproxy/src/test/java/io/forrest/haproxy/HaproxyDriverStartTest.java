package io.forrest.haproxy;

import static io.forrest.haproxy.DriverWorld.announcement;
import static io.forrest.haproxy.DriverWorld.assertServed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forrest.BalancerException;
import io.forrest.testkit.InMemoryRegistry;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a driver needs to start, what it says where that is missing, and what it waits for. */
class HaproxyDriverStartTest extends DriverWorlds {

    private static final Duration SOON = DriverWorld.SOON;

    @Test
    void socketMissingOrNone_isDrivenOnceItIsThere() throws Exception {
        Path plain = Files.writeString(folder.resolve("plain"), "no socket");
        DriverWorld world = world();
        HaproxyDriver driver = world.drive(builder -> builder.instance(world.instance())
                .instance(URI.create("unix://" + plain))
                .instance(URI.create("unix://" + folder.resolve("missing.sock"))));

        world.awaitEvents(HaproxyEvent.Disconnected.class, 2);

        assertThat(world.events(HaproxyEvent.Disconnected.class))
                .extracting(HaproxyEvent.Disconnected::why)
                .containsExactlyInAnyOrder("Connection refused: it is a file", "No such file or directory");
        assertThat(world.served(driver, "fox").name()).isEqualTo("fox");
    }

    @Test
    void socketFull_isTriedUntilItHasRoom() throws Exception {
        DriverWorld world = world(HaproxyFixture.builder().globalLine("stats maxconn 2"));
        List<SocketChannel> held = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(world.haproxy.socket().getPath()));
            held.add(channel);
        }
        HaproxyDriver driver = world.drive();
        Origin fox = world.origin("fox");
        world.registry.announce(announcement(fox));
        assertThat(driver.awaitServing(announcement(fox), Duration.ZERO).unreachable())
                .singleElement()
                .asString()
                .contains("no answer within 2 s");

        for (SocketChannel channel : held) {
            channel.close();
        }

        assertServed(driver.awaitServing(announcement(fox), SOON));
    }

    @Test
    void operatorLevel_isRefusedAtStart() {
        DriverWorld world = world(HaproxyFixture.builder().operatorLevel());

        assertThatExceptionOfType(BalancerException.class)
                .isThrownBy(world::drive)
                .withMessageContaining("cannot be driven")
                .withMessageContaining("Permission denied")
                .withMessageContaining("level admin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"static-rr", "source", "uri"})
    void staticBalancing_isRefusedAtStart(String balance) {
        DriverWorld world = world(HaproxyFixture.builder().balance(balance));

        assertThatExceptionOfType(BalancerException.class)
                .isThrownBy(world::drive)
                .withMessageContaining("Backend must use a dynamic load balancing to support dynamic servers.");
    }

    @Test
    void unknownBackend_isRefusedAtStart() {
        DriverWorld world = world();

        assertThatExceptionOfType(BalancerException.class)
                .isThrownBy(() -> world.drive(
                        builder -> builder.instance(world.instance()).backend("nope")))
                .withMessageContaining("nope")
                .withMessageContaining("No such backend.");
    }

    @Test
    void start_interrupted_throwsAndKeepsTheStatus() {
        DriverWorld world = world();
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(BalancerException.class)
                    .isThrownBy(world::drive)
                    .withMessageContaining("interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void start_withoutWhatItNeeds_saysSo() {
        InMemoryRegistry registry = new InMemoryRegistry();
        URI socket = URI.create("unix:///run/haproxy/admin.sock");

        assertThatIllegalStateException()
                .isThrownBy(
                        () -> HaproxyDriver.watching(registry).backend("app").start())
                .withMessageContaining("no HAProxy");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> HaproxyDriver.watching(registry).instance(socket).start())
                .withMessageContaining("no backend");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> HaproxyDriver.watching(registry).instance(socket).instance(socket))
                .withMessageContaining("given twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyDriver.watching(registry).backend("app; quit"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyDriver.watching(registry).drainWithin(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyInstance.at(URI.create("http://127.0.0.1:8404/haproxy?stats")));
        Path file = folder.resolve("forrest.cfg");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyInstance.at(socket).configuration(file, folder.resolve("./forrest.cfg")));
        HaproxyInstance one = HaproxyInstance.at(socket).configuration(folder.resolve("a"), file);
        HaproxyInstance two =
                HaproxyInstance.at(URI.create("tcp://127.0.0.1:9999")).configuration(folder.resolve("a"), file);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyDriver.watching(registry).instance(one).instance(two))
                .withMessageContaining("same file");
        assertThatExceptionOfType(BalancerException.class)
                .isThrownBy(() -> HaproxyDriver.watching(registry)
                        .backend("app")
                        .instance(one)
                        .start())
                .withMessageContaining("no such file");
        registry.close();
    }
}
