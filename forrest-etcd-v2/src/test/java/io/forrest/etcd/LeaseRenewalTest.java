package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.Endpoint;
import io.forrest.RegistryException;
import io.forrest.etcd.LeaseRenewal.Result;
import io.forrest.etcd.ScriptedServer.Reply;
import io.forrest.spi.Announcement;
import io.forrest.spi.TimeSource;
import io.forrest.testkit.FakeTime;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a renewal concludes from what members say of a key that is gone. */
class LeaseRenewalTest {

    private static final Lease FOX = new Lease(new Announcement("brave-fox", "", Endpoint.of("10.0.0.5", 80)), 18);

    private static final Reply GONE = told(404, 20, "{\"errorCode\":100,\"message\":\"Key not found\",\"index\":20}");
    private static final Reply DELETED = told(
            200,
            20,
            "{\"action\":\"delete\",\"node\":{\"key\":\"/servers/brave-fox\",\"modifiedIndex\":20,\"createdIndex\":9}}");
    private static final Reply SICK = Reply.error(500, 300);

    private static final Duration SHORT = Duration.ofSeconds(3);
    /** Long enough for a machine that is busy with other things. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private final EtcdClient client = new EtcdClient(null, null);

    private static Reply told(int status, long index, String body) {
        return Reply.raw("HTTP/1.1 " + status + " Reason\r\nContent-Type: application/json\r\nX-Etcd-Index: " + index
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** A watch that was armed when the member's store had come so far, and brings nothing. */
    private static Reply armedAt(long index) {
        return Reply.hangAfter("HTTP/1.1 200 OK\r\nX-Etcd-Index: " + index + "\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @AfterEach
    void close() {
        client.close();
    }

    private LeaseRenewal renewal(Duration ttl, TimeSource time, URI... members) {
        Failover failover =
                new Failover(List.of(members), null, Duration.ofSeconds(5), time, new EtcdEvents(event -> {}));
        EtcdStore store = new EtcdStore(client, failover);
        Keyspace keys = new Keyspace("/servers");
        return new LeaseRenewal(client, store, new EtcdAnnouncements(store, keys), keys, Ttl.of(ttl), time);
    }

    @Test
    void renew_memberBehindAskedWhoDeletedIt_isNotBelieved() {
        try (ScriptedServer good = ScriptedServer.replying(GONE, SICK, DELETED);
                ScriptedServer behind = ScriptedServer.replying(armedAt(17), Reply.done())) {
            Result result =
                    renewal(LONG, TimeSource.system(), good.uri(), behind.uri()).renew(FOX);

            assertThat(result).isEqualTo(new Result.Gone("somebody took back /servers/brave-fox"));
            assertThat(behind.asked()).singleElement().asString().contains("waitIndex=19");
        }
    }

    @Test
    void renew_nobodyListens_givesUpBeforeTheNextRenewal() {
        FakeTime time = new FakeTime();

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> renewal(SHORT, time, ScriptedServer.nobody()).renew(FOX))
                .withMessageContaining("tried for 1000 ms");
        assertThat(time.elapsed()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void renew_historyWithoutEnd_endsByTheDeadline() {
        FakeTime time = new FakeTime();
        Reply rewritten = told(
                200,
                90,
                "{\"action\":\"set\",\"node\":{\"key\":\"/servers/brave-fox\",\"value\":\"10.0.0.5:80\",\"modifiedIndex\":30,\"createdIndex\":9}}");
        Reply slow = (in, out) -> {
            time.advance(Duration.ofMillis(300));
            return rewritten.to(in, out);
        };
        try (ScriptedServer server = ScriptedServer.replying(GONE, slow)) {
            assertThatExceptionOfType(RegistryException.class)
                    .isThrownBy(() -> renewal(SHORT, time, server.uri()).renew(FOX));
            assertThat(server.requests()).hasSizeLessThan(8);
        }
    }
}
