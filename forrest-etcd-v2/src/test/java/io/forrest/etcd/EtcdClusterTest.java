package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each way to break the cluster does what it says, and nothing else. */
class EtcdClusterTest {

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(20);

    private static EtcdCluster cluster;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void startCluster() {
        cluster = EtcdCluster.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @AfterEach
    void repairCluster() {
        cluster.repair();
        for (int i = 0; i < cluster.size(); i++) {
            cluster.reset(i);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** Writes through a member; returns the status. */
    private int put(int member, String value, Duration patience) throws IOException, InterruptedException {
        return send(write(member, value, patience)).statusCode();
    }

    private static HttpRequest.Builder write(int member, String value, Duration patience) {
        return HttpRequest.newBuilder(key(member, ""))
                .timeout(patience)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .PUT(BodyPublishers.ofString("value=" + value));
    }

    /** Reads what a member itself has. */
    private String get(int member, Duration patience) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(key(member, "")).timeout(patience)).body();
    }

    private static URI key(int member, String query) {
        return cluster.uri(member).resolve("/v2/keys/probe" + query);
    }

    private static void awaitValue(int member, String value) {
        EtcdRest rest = new EtcdRest(cluster.uri(member), null);
        await().atMost(LONG).ignoreExceptions().until(() -> rest.get("/probe").contains("\"value\":\"" + value + "\""));
    }

    @Test
    void start_always_threeMembersFollowOneLeader() throws Exception {
        assertThat(cluster.size()).isEqualTo(3);
        assertThat(Set.copyOf(cluster.uris())).hasSize(3);
        int leader = cluster.leader();
        assertThat(cluster.followers()).hasSize(2).doesNotContain(leader);
        // Only a leader tells these
        assertThat(send(HttpRequest.newBuilder(cluster.uri(leader).resolve("/v2/stats/leader")))
                        .statusCode())
                .isEqualTo(200);
        for (int follower : cluster.followers()) {
            assertThat(send(HttpRequest.newBuilder(cluster.uri(follower).resolve("/v2/stats/leader")))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(put(follower, "by-" + follower, LONG)).isBetween(200, 201);
            awaitValue(leader, "by-" + follower);
        }
    }

    @Test
    void pause_leader_isSilentAndReplacedAndFollowsLater() throws Exception {
        int leader = cluster.leader();
        URI uri = cluster.uri(leader);

        cluster.pause(leader);

        assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(() -> get(leader, SHORT));
        int next = cluster.leader();
        assertThat(next).isNotEqualTo(leader);
        assertThat(put(next, "while-paused", LONG)).isBetween(200, 201);

        cluster.unpause(leader);

        awaitValue(leader, "while-paused");
        assertThat(cluster.uri(leader)).isEqualTo(uri);
    }

    @Test
    void kill_leader_isRefusedAndReplacedAndComesBackWithItsData() throws Exception {
        int leader = cluster.leader();
        URI uri = cluster.uri(leader);
        assertThat(put(leader, "before", LONG)).isBetween(200, 201);

        cluster.kill(leader);

        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> get(leader, LONG));
        assertThat(cluster.leader()).isNotEqualTo(leader);

        cluster.restart(leader);

        awaitValue(leader, "before");
        assertThat(cluster.uri(leader)).isEqualTo(uri);
    }

    @Test
    void kill_all_comeBackWithTheirData() throws Exception {
        assertThat(put(0, "before-all", LONG)).isBetween(200, 201);

        for (int i = 0; i < cluster.size(); i++) {
            cluster.kill(i);
        }
        cluster.repair();

        awaitValue(1, "before-all");
    }

    @Test
    void wipe_leader_losesItsDataAndGetsThemAgain() throws Exception {
        int leader = cluster.leader();
        assertThat(put(leader, "before-wipe", LONG)).isBetween(200, 201);
        String before = id(leader);

        cluster.wipe(leader);

        awaitValue(leader, "before-wipe");
        cluster.awaitHealth();
        assertThat(id(leader)).isNotEqualTo(before);
        assertThat(put(leader, "after-wipe", LONG)).isEqualTo(200);
    }

    /** Returns what etcd calls a member, which is made anew with it. */
    private String id(int member) throws Exception {
        String stats = send(HttpRequest.newBuilder(cluster.uri(member).resolve("/v2/stats/self")))
                .body();
        return stats.replaceAll("(?s).*?\"id\":\"(\\p{XDigit}+)\".*", "$1");
    }

    @Test
    void isolate_leader_answersWithoutQuorumAndIsReplaced() throws Exception {
        int leader = cluster.leader();
        assertThat(put(leader, "together", LONG)).isBetween(200, 201);

        cluster.isolate(leader);

        int next = cluster.leader();
        assertThat(next).isNotEqualTo(leader);
        assertThat(put(next, "apart", LONG)).isEqualTo(200);
        assertThat(get(leader, LONG)).contains("together");
        // Another key, for etcd may do it yet when they are together again
        HttpRequest.Builder alone = HttpRequest.newBuilder(cluster.uri(leader).resolve("/v2/keys/alone"))
                .timeout(SHORT)
                .PUT(BodyPublishers.noBody());
        assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(() -> send(alone));

        cluster.rejoin(leader);

        cluster.awaitHealth();
        awaitValue(leader, "apart");
    }

    @Test
    void isolate_two_leavesNoLeader() throws Exception {
        int leader = cluster.leader();
        for (int follower : cluster.followers()) {
            cluster.isolate(follower);
        }
        assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(() -> put(leader, "alone", SHORT));
    }

    @Test
    void cut_leader_isSilentForClientsAndWellForItsPeers() throws Exception {
        int leader = cluster.leader();
        int follower = cluster.followers().get(0);
        assertThat(get(leader, LONG)).isNotEmpty();
        assertThat(cluster.connections(leader)).isEqualTo(1);

        cluster.cut(leader);

        CompletableFuture<HttpResponse<String>> held =
                http.sendAsync(write(leader, "through-the-cut", LONG).build(), BodyHandlers.ofString());
        assertThat(put(follower, "meanwhile", LONG)).isBetween(200, 201);
        // It need not lead still, for any cluster may elect anew
        cluster.awaitHealth();
        assertThat(held).isNotDone();
        assertThat(cluster.connections(leader)).isEqualTo(1);

        cluster.heal(leader);

        assertThat(held.get(LONG.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        awaitValue(follower, "through-the-cut");
    }

    @Test
    void cut_clientHangsUp_isNoticed() throws Exception {
        CompletableFuture<HttpResponse<String>> watch =
                http.sendAsync(HttpRequest.newBuilder(key(0, "?wait=true")).build(), BodyHandlers.ofString());
        await().atMost(LONG).until(() -> cluster.connections(0) == 1);

        cluster.cut(0);
        assertThat(watch.cancel(true)).isTrue();

        await().atMost(LONG).until(() -> cluster.connections(0) == 0);
    }

    @Test
    void refuse_leader_isRefusedForClientsAndWellForItsPeers() throws Exception {
        int leader = cluster.leader();
        CompletableFuture<HttpResponse<String>> watch =
                http.sendAsync(HttpRequest.newBuilder(key(leader, "?wait=true")).build(), BodyHandlers.ofString());
        await().atMost(LONG).until(() -> cluster.connections(leader) == 1);

        cluster.refuse(leader);

        assertThat(watch).failsWithin(LONG);
        assertThat(cluster.connections(leader)).isZero();
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> get(leader, LONG));
        // It need not lead still, for any cluster may elect anew
        cluster.awaitHealth();

        cluster.accept(leader);

        assertThat(put(leader, "accepted", LONG)).isBetween(200, 201);
    }

    @Test
    void reset_watch_fallsAndComesBack() throws Exception {
        CompletableFuture<HttpResponse<String>> watch =
                http.sendAsync(HttpRequest.newBuilder(key(0, "?wait=true")).build(), BodyHandlers.ofString());
        await().atMost(LONG).until(() -> cluster.connections(0) == 1);

        cluster.reset(0);

        assertThat(watch).failsWithin(LONG);
        assertThat(put(0, "after-reset", LONG)).isBetween(200, 201);
    }

    @Test
    void repair_everythingBroken_heals() throws Exception {
        cluster.isolate(0);
        cluster.pause(0);
        cluster.kill(1);
        cluster.cut(1);
        cluster.refuse(2);
        cluster.cut(2);

        cluster.repair();

        for (int i = 0; i < cluster.size(); i++) {
            assertThat(put(i, "repaired", LONG)).isBetween(200, 201);
        }
        assertThat(List.of(cluster.connections(0), cluster.connections(1), cluster.connections(2)))
                .containsOnly(1);
    }
}
