package io.forrest.examples.underload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server of the JDK's that fails each tenth request. */
class JavaLoadTest {

    private static final int OFTEN = 10;

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger bad = new AtomicInteger();
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            ports.add(exchange.getRemoteAddress().getPort());
            int number = requests.incrementAndGet();
            boolean fails = number % OFTEN == 0;
            if (fails) {
                bad.incrementAndGet();
            }
            exchange.sendResponseHeaders(fails ? 500 : 200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void end_serverThatFailsSome_countsAllAndThoseThatFailed(boolean keepAlive) {
        LoadGenerator.Clients clients = new JavaLoad()
                .start(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), keepAlive);
        await().until(() -> requests.get() > 20 * OFTEN);

        Tally tally = clients.end();

        int lost = (int) tally.sent() - requests.get(); // the JDK's server now and then drops a connection
        assertThat(lost).isNotNegative().isLessThan(OFTEN);
        assertThat(bad.get()).isPositive();
        assertThat(tally.failed()).isEqualTo(bad.get() + lost);
        assertThat(tally.words()).contains("answered with 500");
        if (keepAlive) {
            assertThat(ports).hasSizeLessThan(requests.get() / 2);
        } else {
            assertThat(ports).hasSizeGreaterThan(requests.get() / 2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void end_nobodyListens_isAllFailures(boolean keepAlive) {
        server.stop(0);
        LoadGenerator.Clients clients = new JavaLoad()
                .start(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), keepAlive);

        Tally tally = await().until(clients::end, counted -> counted.sent() > 0);

        assertThat(tally.failed()).isEqualTo(tally.sent());
        assertThat(tally.words()).first().asString().contains("Exception");
    }
}
