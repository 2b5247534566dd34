package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.spi.Announcement;
import io.forrest.spi.Served;
import io.forrest.testkit.Leftovers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real HAProxies of two versions, whose servers are added and changed by hand, and what reads them. Not thread-safe; confine it to one thread. */
abstract class HaproxyStatsGround {

    static final Duration LONG = Duration.ofSeconds(30);
    static final Duration SHORT = Duration.ofMillis(300);
    static final String CHECK = " check inter 100ms rise 1 fall 1";

    @RegisterExtension
    final Leftovers leftovers = new Leftovers();

    Origin origin;
    Announcement web;

    @BeforeEach
    void startOrigin() {
        origin = Origin.start("web-1");
        web = new Announcement("web-1", "web", origin.endpoint());
    }

    @AfterEach
    void stopOrigin() {
        origin.close();
    }

    static HaproxyFixture start(HaproxyVersion version) {
        return HaproxyFixture.builder().version(version).legends(true).start();
    }

    static HaproxyStats all(HaproxyFixture haproxy) {
        return HaproxyStats.at(haproxy.socket(), haproxy.tcpSocket(), haproxy.page())
                .backend(haproxy.backend())
                .build();
    }

    static HaproxyStats withMaster(HaproxyFixture haproxy) {
        return HaproxyStats.at(haproxy.socket())
                .masterSocket(haproxy.socket(), haproxy.masterSocket())
                .build();
    }

    void add(HaproxyFixture haproxy, String server, Endpoint endpoint, String options) throws IOException {
        assertThat(haproxy.ask("add server app/" + server + " " + endpoint + options))
                .isEqualTo("New server registered.");
    }

    void add(HaproxyFixture haproxy) throws IOException {
        add(haproxy, "forrest:web-1", origin.endpoint(), "");
        set(haproxy, "state ready");
    }

    static void set(HaproxyFixture haproxy, String what) throws IOException {
        assertThat(haproxy.ask("set server app/forrest:web-1 " + what)).isEmpty();
    }

    List<String> words(HaproxyStats stats) throws InterruptedException {
        Served served = stats.awaitServing(web, Duration.ZERO);
        assertThat(served.serving()).isFalse();
        assertThat(served.unreachable()).isEmpty();
        return served.waitingFor();
    }

    static List<String> each(HaproxyFixture haproxy, String words) {
        return Stream.of(haproxy.socket(), haproxy.tcpSocket(), haproxy.page())
                .map(uri -> uri + ": " + words)
                .toList();
    }

    static <T> T eventually(Callable<T> look, Predicate<? super T> good) {
        return await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(LONG)
                .until(look, good);
    }
}
