package io.forrest.etcd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.etcd.ScriptedServer.Reply;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExchangeTest {

    private static final int ROUNDS = 1_000;
    private static final int MOMENTS = 20_000;
    private static final byte[] HEAD =
            "HTTP/1.1 200 OK\r\nX-Etcd-Index: 17\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1);

    /** A poll that was given up as it was armed left etcd with a watcher, and this process with a connection. */
    @Test
    void poll_interruptedAsTheHeadArrives_closesItsConnection() throws Exception {
        AtomicReference<@Nullable Thread> sender = new AtomicReference<>();
        AtomicInteger armed = new AtomicInteger();
        Random random = new Random(7);
        Reply interrupting = (in, out) -> {
            armed.incrementAndGet();
            out.write(HEAD);
            out.flush();
            Thread polling = sender.get();
            int moment =
                    random.nextInt(MOMENTS); // the client may be reading the head, or returning it, or have done so
            for (int i = 0; i < moment; i++) {
                Thread.onSpinWait();
            }
            if (polling != null) {
                polling.interrupt();
            }
            return in.read() >= 0;
        };
        try (ScriptedServer server = ScriptedServer.replying(interrupting);
                EtcdClient client = new EtcdClient(null, null)) {
            for (int i = 0; i < ROUNDS; i++) {
                Thread polling = new Thread(() -> pollOnce(client, server), "polling-" + i);
                sender.set(polling);
                polling.start();
                polling.join();
            }

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(server.hungUp()).isEqualTo(armed.get()));
            assertThat(armed.get()).isEqualTo(ROUNDS);
        }
    }

    private static void pollOnce(EtcdClient client, ScriptedServer server) {
        try (LongPoll poll = client.poll(server.uri(), EtcdRequest.poll("/servers", 18), Duration.ofSeconds(10))) {
            var unused = poll.awaitChange(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (LongPoll.Failed e) {
            throw new AssertionError(e);
        }
    }
}
