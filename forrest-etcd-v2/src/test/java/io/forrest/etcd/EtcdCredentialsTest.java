package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forrest.Endpoint;
import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real etcd that asks for credentials. */
class EtcdCredentialsTest {

    private static final Announcement WEB = new Announcement("web-1", "", Endpoint.of("10.0.0.5", 32768));
    private static final String PASSWORD = "pässwörd:&+%";

    private static EtcdFixture etcd;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
        EtcdRest anyone = new EtcdRest(etcd.uri(), null);
        EtcdRest root = new EtcdRest(etcd.uri(), "root:" + PASSWORD);
        assertThat(anyone.json("/v2/auth/users/root", "{\"user\":\"root\",\"password\":\"" + PASSWORD + "\"}"))
                .startsWith("20");
        assertThat(anyone.json("/v2/auth/enable", "")).startsWith("20");
        assertThat(root.json(
                        "/v2/auth/roles/guest",
                        "{\"role\":\"guest\",\"revoke\":{\"kv\":{\"read\":[\"/*\"],\"write\":[\"/*\"]}}}"))
                .startsWith("20");
        assertThat(
                        root.json(
                                "/v2/auth/roles/servers",
                                "{\"role\":\"servers\",\"permissions\":{\"kv\":{\"read\":[\"/servers/*\"],\"write\":[\"/servers/*\"]}}}"))
                .startsWith("20");
        assertThat(root.json(
                        "/v2/auth/users/forrest",
                        "{\"user\":\"forrest\",\"password\":\"" + PASSWORD + "\",\"roles\":[\"servers\"]}"))
                .startsWith("20");
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @Test
    void operations_asAUserWhoMayAllBelowThePrefix_areDone() {
        RecordKey key = new RecordKey("instances", "web-1");
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                .credentials("forrest", PASSWORD)
                .build()) {
            assertThat(registry.announcements()).isEmpty();
            registry.announce(WEB);
            assertThat(registry.announcements()).containsExactly(WEB);
            assertThat(registry.records().compareAndSet(key, null, "{}")).isTrue();
            assertThat(registry.records().list("instances")).containsKey("web-1");
            assertThat(registry.records().delete(key, "{}")).isTrue();
            assertThat(registry.withdraw(WEB)).isTrue();
        }
    }

    @Test
    void announce_withAWrongPassword_isRefusedAndShowsNone() {
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                .credentials("forrest", "wrong-" + PASSWORD)
                .build()) {
            assertRefused(registry);
        }
    }

    @Test
    void announce_withoutCredentials_isRefused() {
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri()).build()) {
            assertRefused(registry);
        }
    }

    @Test
    void announce_belowAPrefixOfOthers_isRefused() {
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                .prefix("/others")
                .credentials("forrest", PASSWORD)
                .build()) {
            assertRefused(registry);
        }
    }

    private static void assertRefused(EtcdV2Registry registry) {
        RegistryException failure = catchThrowableOfType(RegistryException.class, () -> registry.announce(WEB));

        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure).hasMessageContaining("it wants the credentials of a user");
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        assertThat(all + " " + registry).doesNotContain(PASSWORD).doesNotContain("forrest,");
    }
}
