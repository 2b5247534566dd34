package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostLookupTest {

    private static final URI HOST = URI.create("http://etcd.example:2379");
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ExecutorService threads = EtcdThreads.pool("lookup");
    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    private InetAddress hang(String host) {
        asked.incrementAndGet();
        try {
            answer.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return InetAddress.getLoopbackAddress();
    }

    @AfterEach
    void end() {
        answer.countDown();
        threads.shutdown();
    }

    @Test
    void resolve_whileTheResolverHangs_asksOnceAHost() throws Exception {
        HostLookup hosts = new HostLookup(threads, this::hang);
        for (int i = 0; i < 20; i++) {
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> hosts.resolve(HOST, SHORT));
        }
        awaitAsked(1);
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> hosts.resolve(URI.create("http://other.example"), SHORT));
        awaitAsked(2);

        answer.countDown();
        hosts.resolve(HOST, PATIENCE);
        threads.shutdown();
        assertThat(threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(asked.get())
                .as("one more if the last was not in time to hear the first answer")
                .isBetween(2, 3);
    }

    /** A thread of the pool's may begin later than its caller gives up. */
    private void awaitAsked(int count) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(asked).hasValue(count));
    }

    @Test
    void resolve_afterAFailure_asksAnew() throws Exception {
        HostLookup hosts = new HostLookup(threads, host -> {
            if (asked.incrementAndGet() == 1) {
                throw new UnknownHostException("of the test's");
            }
            return InetAddress.getLoopbackAddress();
        });
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> hosts.resolve(HOST, PATIENCE))
                .withMessage("etcd.example");

        hosts.resolve(HOST, PATIENCE);
        assertThat(asked).hasValue(2);
    }
}
