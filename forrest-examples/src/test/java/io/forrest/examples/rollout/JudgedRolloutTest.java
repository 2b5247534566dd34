package io.forrest.examples.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forrest.Fleet;
import io.forrest.Judge;
import io.forrest.Launch;
import io.forrest.RolloutException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.Wave;
import io.forrest.WaveFacts;
import io.forrest.core.Forrest;
import io.forrest.docker.DockerRuntime;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.haproxy.HaproxyDriver;
import io.forrest.haproxy.HaproxyFixture;
import io.forrest.haproxy.HaproxyInstance;
import io.forrest.spi.Container;
import io.forrest.spi.Registry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A version that answers worse than the old one is rolled back, and costs no request but those that it answered itself. */
class JudgedRolloutTest {

    private static final int CLIENTS = 4;
    private static final int OLD = 2;

    private final Map<String, Integer> answers = new ConcurrentHashMap<>();
    private final AtomicBoolean ending = new AtomicBoolean();

    @Test
    void newVersionFailsATenth_isRolledBackWithTheEvidence() throws Exception {
        RolloutReport report = rolledBack(launch -> launch.env("FAIL", "1"));

        assertThat(report.reason()).contains("the new members fail more often");
        WaveFacts last = report.facts().get(report.facts().size() - 1);
        assertThat(last.freshTraffic().errors()).isPositive();
        assertThat(last.oldTraffic().errors()).isZero();
        assertThat(answers).as("no answer but the new version's own").containsOnlyKeys("200", "500");
    }

    @Test
    void newVersionIsThreeTimesAsSlow_isRolledBackWithoutAFailedRequest() throws Exception {
        RolloutReport report = rolledBack(launch -> launch.env("WAIT", "0.1"));

        assertThat(report.reason()).contains("the new members are slower");
        WaveFacts last = report.facts().get(report.facts().size() - 1);
        assertThat(last.freshTraffic().responseTime())
                .isGreaterThan(last.oldTraffic().responseTime());
        assertThat(answers).containsOnlyKeys("200");
    }

    private RolloutReport rolledBack(UnaryOperator<Launch> change) throws Exception {
        try (EtcdFixture etcd = EtcdFixture.start();
                HaproxyFixture haproxy = HaproxyFixture.builder().start();
                DockerRuntime runtime = DockerRuntime.create();
                EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                        .prefix("/forrest-test-" + UUID.randomUUID())
                        .build();
                HaproxyDriver driver = HaproxyDriver.watching(registry)
                        .backend(haproxy.backend())
                        .instance(HaproxyInstance.at(haproxy.socket()).masterSocket(haproxy.masterSocket()))
                        .start();
                Scaler scaler = Forrest.builder(runtime, registry)
                        .advertise("127.0.0.1")
                        .balancer(driver)
                        .supervision(Supervision.none())
                        .build()) {
            Fleet fleet = scaler.launch(TestImages.answering())
                    .drainFor(Duration.ofSeconds(10))
                    .fleet();
            fleet.scaleTo(OLD);
            List<Thread> clients = load(haproxy.frontend().resolve("cgi-bin/answer"));
            try {
                return rolledBack(fleet, change);
            } finally {
                ending.set(true);
                for (Thread client : clients) {
                    client.join();
                }
                assertThat(fleet.instances()).hasSize(OLD);
                assertThat(runtime.list(ofPrefix(registry)))
                        .hasSize(OLD)
                        .allMatch(container -> container.status() == Container.Status.RUNNING)
                        .as("old ones, whose image is that of the new")
                        .extracting(container -> container.labels().get("io.forrest.generation"))
                        .containsOnly("1");
                fleet.stop();
                assertThat(runtime.list(ofPrefix(registry))).isEmpty();
                assertThat(registry.announcements()).isEmpty();
                for (String kind : List.of("instances", "leases", "fleets")) {
                    assertThat(registry.records().list(kind)).as(kind).isEmpty();
                }
            }
        }
    }

    private static Map<String, String> ofPrefix(Registry registry) {
        return Map.of("io.forrest.prefix", registry.prefix());
    }

    private static RolloutReport rolledBack(Fleet fleet, UnaryOperator<Launch> change) {
        List<RolloutReport> reports = new ArrayList<>();
        assertThatThrownBy(() -> fleet.rollOut(change)
                        .waves(Wave.one(), Wave.all())
                        .observe(Duration.ofSeconds(6))
                        .judge(Judge.noWorseThanOld().minRequests(150))
                        .run())
                .isInstanceOfSatisfying(
                        RolloutException.class,
                        failure -> reports.add(failure.report().orElseThrow()));
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
            assertThat(report.state().wave()).isEqualTo(1);
        });
        return reports.get(0);
    }

    private List<Thread> load(URI uri) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(() -> send(http, request), "client-" + i);
            client.setDaemon(true);
            clients.add(client);
            client.start();
        }
        return clients;
    }

    private void send(HttpClient http, HttpRequest request) {
        while (!ending.get()) {
            String answer;
            try {
                answer = Integer.toString(http.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode());
            } catch (IOException e) {
                answer = e.toString();
            } catch (InterruptedException e) {
                return;
            }
            answers.merge(answer, 1, Integer::sum);
        }
    }
}
