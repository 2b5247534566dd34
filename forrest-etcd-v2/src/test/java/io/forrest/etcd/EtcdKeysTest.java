package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The keys as a stranger sees and writes them, on a real etcd. */
class EtcdKeysTest {

    private static final Announcement WEB = new Announcement("web-1", "", Endpoint.of("10.0.0.5", 32768));
    private static final RecordKey RECORD = new RecordKey("instances", "web-1");

    private static EtcdFixture etcd;
    private static EtcdRest stranger;

    private final String prefix = "/test-" + UUID.randomUUID();
    private EtcdV2Registry registry;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
        stranger = new EtcdRest(etcd.uri(), null);
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @BeforeEach
    void open() {
        registry = EtcdV2Registry.builder(etcd.uri()).prefix(prefix).build();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void announce_writesAddressAndPortAndNothingElse() {
        registry.announce(WEB);

        assertThat(stranger.get(prefix + "/web-1")).startsWith("200").contains("\"value\":\"10.0.0.5:32768\"");
        assertThat(stranger.get(prefix + "/web-1")).doesNotContain("ttl");
    }

    @Test
    void announcements_amongStrangersKeys_areThoseThatAreOnes() {
        registry.announce(WEB);
        stranger.put(prefix + "/_hidden", "value=10.0.0.6:1");
        stranger.put(prefix + "/-dash", "value=10.0.0.6:1");
        stranger.put(prefix + "/a%20b", "value=10.0.0.6:1");
        stranger.put(prefix + "/host-name", "value=example.org:80");
        stranger.put(prefix + "/no-port", "value=10.0.0.6");
        stranger.put(prefix + "/empty", "value=");
        stranger.put(prefix + "/directory/web-2", "value=10.0.0.6:1");
        stranger.put(prefix + "/empty-directory", "dir=true");
        stranger.put(prefix + "/plain", "value=10.0.0.6:1");

        assertThat(registry.announcements())
                .containsExactlyInAnyOrder(WEB, new Announcement("plain", "", Endpoint.of("10.0.0.6", 1)));
    }

    @Test
    void announce_whereADirectoryStands_isTakenAndLeavesIt() {
        stranger.put(prefix + "/web-1", "dir=true");

        assertThatExceptionOfType(NameTakenException.class)
                .isThrownBy(() -> registry.announce(WEB))
                .withMessageContaining("a directory")
                .satisfies(taken -> assertThat(taken.instance()).contains("web-1"));
        assertThat(registry.withdraw(WEB)).isFalse();
        assertThat(stranger.get(prefix + "/web-1")).contains("\"dir\":true");
    }

    @Test
    void announce_whereStrangersTextStands_doesNotRepeatIt() {
        stranger.put(prefix + "/web-1", "value=a-secret");

        NameTakenException taken = catchThrowableOfType(NameTakenException.class, () -> registry.announce(WEB));

        assertThat(taken.getMessage()).contains("no endpoint").doesNotContain("a-secret");
    }

    @Test
    void announce_whereThePrefixIsAKey_isRefused() {
        stranger.put(prefix, "value=x");

        RegistryException failure = catchThrowableOfType(RegistryException.class, () -> registry.announce(WEB));

        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure).hasMessageContaining("can be no directory");
        assertThat(registry.announcements()).isEmpty();
    }

    @Test
    void announcements_whereEverythingWasWithdrawn_areNone() {
        registry.announce(WEB);
        registry.withdraw(WEB);

        assertThat(registry.announcements()).isEmpty();
    }

    @Test
    void replace_conditionInTheForm_isHonoured() {
        stranger.put(prefix + "/_forrest/instances/web-1", "value=old");

        assertThat(stranger.put(prefix + "/_forrest/instances/web-1", "prevValue=other&value=new"))
                .startsWith("412");
        assertThat(stranger.put(prefix + "/_forrest/instances/web-1", "prevValue=old&value=new"))
                .startsWith("200")
                .contains("compareAndSwap");
    }

    @Test
    void records_largeAndOnFreshConnections_areWrittenReplacedAndDeleted() {
        String large = "{\"env\":\"" + "<é&+%\"".repeat(8000) + "\"}";
        try (EtcdV2Registry second =
                        EtcdV2Registry.builder(etcd.uri()).prefix(prefix).build();
                EtcdV2Registry third =
                        EtcdV2Registry.builder(etcd.uri()).prefix(prefix).build()) {
            assertThat(registry.records().compareAndSet(RECORD, null, large)).isTrue();
            assertThat(second.records().compareAndSet(RECORD, large, large + large))
                    .isTrue();
            assertThat(second.records().compareAndSet(RECORD, large, "no")).isFalse();
            assertThat(third.records().delete(RECORD, large + large)).isTrue();
        }
    }

    @Test
    void records_emptyValue_isReplacedOnlyWhereItStands() {
        Records records = registry.records();
        assertThat(records.compareAndSet(RECORD, "", "wrong")).isFalse();
        assertThat(records.compareAndSet(RECORD, null, "full")).isTrue();
        assertThat(records.compareAndSet(RECORD, "", "wrong")).isFalse();
        assertThat(records.compareAndSet(RECORD, "full", "")).isTrue();
        assertThat(records.compareAndSet(RECORD, "", "last")).isTrue();

        assertThat(records.get(RECORD)).contains("last");
    }

    @Test
    void records_whereADirectoryStands_areNotThere() {
        stranger.put(prefix + "/_forrest/instances/web-1", "dir=true");
        Records records = registry.records();

        assertThat(records.get(RECORD)).isEmpty();
        assertThat(records.list("instances")).isEmpty();
        assertThat(records.compareAndSet(RECORD, null, "new")).isFalse();
        assertThat(records.compareAndSet(RECORD, "old", "new")).isFalse();
        assertThat(records.delete(RECORD, "old")).isFalse();
    }

    @Test
    void operations_onPausedEtcd_tellThatTheOutcomeIsUnknown() {
        try (EtcdV2Registry hasty = EtcdV2Registry.builder(etcd.uri())
                .prefix(prefix)
                .deadline(Duration.ofMillis(500))
                .build()) {
            etcd.pause();
            try {
                RegistryException failure = catchThrowableOfType(RegistryException.class, () -> hasty.announce(WEB));
                assertThat(failure.reason()).isEqualTo(Reason.UNKNOWN_OUTCOME);
            } finally {
                etcd.unpause();
            }
        }
        // Whether or not etcd reads what was sent meanwhile
        registry.announce(WEB);
        assertThat(registry.announcements()).containsExactly(WEB);
    }

    @Test
    void registry_ofAnEtcdWithoutV2_saysSo() {
        try (EtcdFixture modern = EtcdFixture.startWithoutV2();
                EtcdV2Registry other = EtcdV2Registry.builder(modern.uri()).build()) {
            for (Runnable call : new Runnable[] {() -> other.announce(WEB), () -> other.withdraw(WEB)}) {
                RegistryException failure = catchThrowableOfType(RegistryException.class, call::run);
                assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
                assertThat(failure).hasMessageContaining("v2 is not enabled on this server");
            }
        }
    }

    @Test
    void registry_ofAKilledEtcd_isUnavailableAndGoesOnWithAnother() {
        try (EtcdFixture dying = EtcdFixture.start();
                EtcdV2Registry alone = EtcdV2Registry.builder(dying.uri())
                        .deadline(Duration.ofSeconds(5))
                        .build();
                EtcdV2Registry both = EtcdV2Registry.builder(dying.uri(), etcd.uri())
                        .prefix(prefix)
                        .build()) {
            alone.announce(WEB);
            assertThat(both.announcements()).isEmpty();
            dying.kill();

            assertThatExceptionOfType(RegistryException.class)
                    .isThrownBy(() -> alone.records().get(RECORD))
                    .withMessageContaining(dying.uri().toString());
            both.announce(WEB);
            assertThat(registry.announcements()).containsExactly(WEB);
        }
    }
}
