package io.forrest.examples.confd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.OnClose;
import io.forrest.Retirement;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.core.Forrest;
import io.forrest.docker.DockerRuntime;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.haproxy.HaproxyStats;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** HAProxy configured by files and reloads, and a scaler that learns from the page what became of it. */
class ClassicWayTest {

    private static final long INTERVAL_MILLIS = 300;
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final int CLIENTS = 4;

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicBoolean ending = new AtomicBoolean();

    @Test
    void announceAndStop_confirmedByThePage_failNoRequest() throws Exception {
        try (EtcdFixture etcd = EtcdFixture.start();
                ConfdStandIn confd = new ConfdStandIn(etcd.uri(), INTERVAL_MILLIS);
                HaproxyStats balancer =
                        HaproxyStats.at(confd.page()).backend("app").build();
                DockerRuntime runtime = DockerRuntime.create();
                EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri()).build();
                Scaler scaler = Forrest.builder(runtime, registry)
                        .advertise("127.0.0.1")
                        .balancer(balancer)
                        .onClose(OnClose.RETIRE_ALL)
                        .build()) {
            Launch launch = scaler.launch(TestImages.web()).app("classic").drainFor(DRAIN);
            Instance first = launch.announce();
            assertThat(first.state().stage()).isEqualTo(Stage.SERVING);
            assertThat(get(confd.frontend()))
                    .as("it is served as soon as it is announced")
                    .isEqualTo(200);
            List<Thread> clients = load(confd.frontend());

            Instance second = launch.announce();
            Retirement retirement = first.stop();

            assertThat(retirement.drained())
                    .as("the page cannot see old workers")
                    .isGreaterThanOrEqualTo(DRAIN);
            assertThat(retirement.blindSpots()).singleElement().asString().contains("old workers");
            assertThat(retirement.sessionsCut()).isZero();
            Instance third = launch.announce();
            assertThat(second.stop().withdrawn()).isTrue();
            long before = sent.get();
            await().until(() -> sent.get() > before + 20);
            assertThat(third.refresh().stage()).isEqualTo(Stage.SERVING);
            assertThat(third.traffic().orElseThrow().requests()).isPositive();

            ending.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertThat(failed).as("failed of %s", sent).hasValue(0);
            assertThat(confd.reloads()).isGreaterThanOrEqualTo(5);
            assertThat(confd.failure()).isNull();
        }
    }

    private List<Thread> load(URI uri) {
        List<Thread> clients = java.util.stream.IntStream.range(0, CLIENTS)
                .mapToObj(i -> new Thread(() -> send(uri), "client-" + i))
                .toList();
        clients.forEach(client -> {
            client.setDaemon(true);
            client.start();
        });
        return clients;
    }

    private void send(URI uri) {
        while (!ending.get()) {
            try {
                if (get(uri) != 200) {
                    failed.incrementAndGet();
                }
            } catch (IOException e) {
                failed.incrementAndGet();
            } catch (InterruptedException e) {
                return;
            }
            sent.incrementAndGet();
        }
    }

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static int get(URI uri) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }
}
