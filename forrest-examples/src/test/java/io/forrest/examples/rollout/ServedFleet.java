package io.forrest.examples.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forrest.Fleet;
import io.forrest.Instance;
import io.forrest.Rollout;
import io.forrest.RolloutException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.Wave;
import io.forrest.core.Forrest;
import io.forrest.docker.DockerRuntime;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.event.RolloutProgressed;
import io.forrest.haproxy.HaproxyDriver;
import io.forrest.haproxy.HaproxyFixture;
import io.forrest.haproxy.HaproxyInstance;
import io.forrest.spi.Container;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Two members behind a real HAProxy, and clients each of which asks again as soon as it has its answer. HAProxy says with each
 * answer which server it had chosen, with its own answers as well. Not thread-safe; confine it to one thread.
 */
final class ServedFleet implements AutoCloseable {

    static final int CLIENTS = 4;
    static final int OLD = 2;

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SERVER = "X-Server";

    final Fleet fleet;
    private final EtcdFixture etcd = EtcdFixture.start();
    private final HaproxyFixture haproxy = HaproxyFixture.builder()
            .backendLine("http-after-response set-header " + SERVER + " %s")
            .start();
    private final DockerRuntime runtime = DockerRuntime.create();
    private final EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
            .prefix("/forrest-test-" + UUID.randomUUID())
            .build();
    private final HaproxyDriver driver = HaproxyDriver.watching(registry)
            .backend(haproxy.backend())
            .instance(HaproxyInstance.at(haproxy.socket()).masterSocket(haproxy.masterSocket()))
            .start();
    private final CountDownLatch observing = new CountDownLatch(1);
    private final Scaler scaler = Forrest.builder(runtime, registry)
            .advertise("127.0.0.1")
            .balancer(driver)
            .supervision(Supervision.none())
            .onEvent(event -> {
                if (event instanceof RolloutProgressed progress
                        && progress.state().phase() == RolloutPhase.OBSERVING) {
                    observing.countDown();
                }
            })
            .build();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final List<Thread> clients = new ArrayList<>();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Set<String> before;
    private volatile boolean ending;

    /**
     * What a client was told.
     *
     * @param status the status, or what went wrong where there was no answer
     * @param server who was to answer; empty if that cannot be told
     */
    record Answer(String status, String server) {}

    ServedFleet() {
        fleet = scaler.launch(TestImages.answering())
                .drainFor(Duration.ofSeconds(10))
                .fleet();
        fleet.scaleTo(OLD);
        before = fleet.instances().stream().map(Instance::name).collect(Collectors.toUnmodifiableSet());
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(this::ask, "client-" + i);
            client.setDaemon(true);
            clients.add(client);
            client.start();
        }
        await().atMost(PATIENCE).until(() -> answers.size() > CLIENTS);
    }

    private void ask() {
        HttpRequest request = request(haproxy.frontend().resolve("cgi-bin/answer"));
        try {
            while (!ending) {
                answers.add(answer(request));
            }
        } catch (InterruptedException e) {
            // the test has failed
        }
    }

    private static HttpRequest request(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
    }

    private Answer answer(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<?> response = http.send(request, HttpResponse.BodyHandlers.discarding());
            String server = response.headers().firstValue(SERVER).orElse("");
            return new Answer(Integer.toString(response.statusCode()), server.replaceFirst("^forrest:", ""));
        } catch (IOException e) {
            return new Answer(e.toString(), "");
        }
    }

    /** Runs a rollout that is rolled back in its first wave, and returns what is told of it once all answers are counted. */
    RolloutReport rolledBack(Rollout rollout) throws InterruptedException {
        List<RolloutReport> reports = new ArrayList<>();
        assertThatThrownBy(() -> rollout.waves(Wave.one(), Wave.all()).run())
                .isInstanceOfSatisfying(
                        RolloutException.class,
                        failure -> reports.add(failure.report().orElseThrow()));
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
            assertThat(report.state().wave()).isEqualTo(1);
        });
        ending = true;
        for (Thread client : clients) {
            client.join();
        }
        return reports.get(0);
    }

    /** Waits until a wave is observed, and has its new members end at once. */
    void killTheNew() {
        try {
            assertThat(observing.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            for (Instance member : fleet.instances()) {
                if (!before.contains(member.name())) {
                    answer(request(URI.create("http://" + member.endpoint() + "/cgi-bin/end")));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns what clients were told that was not a 200. */
    List<Answer> failures() {
        return answers.stream().filter(answer -> !answer.status().equals("200")).toList();
    }

    /** Asserts that clients were answered with a 200, each of them. */
    void assertNothingFailed() {
        assertThat(answers).extracting(Answer::status).containsOnly("200");
    }

    /** Asserts that as many old members run as before, and none that is new; takes them back, and asserts that nothing is left. */
    void assertOldAlone() {
        Map<String, String> ours = Map.of("io.forrest.prefix", registry.prefix());
        assertThat(fleet.instances()).hasSize(OLD);
        assertThat(runtime.list(ours))
                .hasSize(OLD)
                .allMatch(container -> container.status() == Container.Status.RUNNING)
                .as("old ones, whose image is that of the new")
                .extracting(container -> container.labels().get("io.forrest.generation"))
                .containsOnly("1");
        fleet.stop();
        assertThat(runtime.list(ours)).isEmpty();
        assertThat(registry.announcements()).isEmpty();
        for (String kind : List.of("instances", "leases", "fleets")) {
            assertThat(registry.records().list(kind)).as(kind).isEmpty();
        }
    }

    /** Removes what a failed test left, and ends everything. */
    @Override
    public void close() {
        clients.forEach(Thread::interrupt);
        scaler.close();
        runtime.list(Map.of("io.forrest.prefix", registry.prefix()))
                .forEach(container -> runtime.remove(container.id()));
        driver.close();
        registry.close();
        runtime.close();
        haproxy.close();
        etcd.close();
    }
}
