package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forrest.Endpoint;
import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.etcd.Certificates.Pem;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real etcd that shows a certificate and asks for one. */
class EtcdTlsTest {

    private static final Announcement WEB = new Announcement("web-1", "", Endpoint.of("10.0.0.5", 32768));

    @TempDir
    private static Path folder;

    private static Certificates certificates;
    private static Certificates others;
    private static Pem client;
    private static EtcdFixture etcd;

    @BeforeAll
    static void startEtcd() throws Exception {
        certificates = Certificates.in(folder.resolve("ours"));
        others = Certificates.in(folder.resolve("others"));
        client = certificates.issue("client", "EC");
        Pem server = certificates.issue("server", "EC");
        etcd = EtcdFixture.startWithTls(server.certificate(), server.privateKey(), certificates.authority());
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @Test
    void operations_withAnEcOrRsaCertificate_areDone() throws Exception {
        for (Pem own : List.of(client, certificates.issue("client-rsa", "RSA"))) {
            try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                    .trust(certificates.authority())
                    .clientCertificate(own.certificate(), own.privateKey())
                    .build()) {
                registry.announce(WEB);
                assertThat(registry.announcements()).containsExactly(WEB);
                RecordKey key = new RecordKey("instances", "web-1");
                String large = "x".repeat(60_000);
                assertThat(registry.records().compareAndSet(key, null, large)).isTrue();
                assertThat(registry.records().compareAndSet(key, large, large + "y"))
                        .isTrue();
                assertThat(registry.records().delete(key, large + "y")).isTrue();
                assertThat(registry.withdraw(WEB)).isTrue();
            }
        }
    }

    @Test
    void operations_withAContext_areDone() {
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                .tls(PemFiles.context(certificates.authority(), client.certificate(), client.privateKey()))
                .build()) {
            assertThat(registry.announcements()).isEmpty();
        }
    }

    @Test
    void announce_serverOfAnotherAuthority_isRefused() {
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                .trust(others.authority())
                .clientCertificate(client.certificate(), client.privateKey())
                .build()) {
            assertRefused(registry);
        }
    }

    @Test
    void announce_authoritiesOfTheJdk_isRefused() {
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri()).build()) {
            assertRefused(registry);
        }
    }

    @Test
    void announce_withoutACertificate_isRefused() {
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                .trust(certificates.authority())
                .build()) {
            assertRefused(registry);
        }
    }

    @Test
    void announce_withACertificateOfAnotherAuthority_isRefused() throws Exception {
        Pem foreign = others.issue("client-foreign", "EC");
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                .trust(certificates.authority())
                .clientCertificate(foreign.certificate(), foreign.privateKey())
                .build()) {
            assertRefused(registry);
        }
    }

    @Test
    void announce_withAnExpiredCertificate_isRefused() throws Exception {
        Pem expired = certificates.issueExpired("client-expired");
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                .trust(certificates.authority())
                .clientCertificate(expired.certificate(), expired.privateKey())
                .build()) {
            assertRefused(registry);
        }
    }

    @Test
    void announce_serverWithAnExpiredCertificate_isRefusedAndSaysSo() throws Exception {
        Pem expired = certificates.issueExpired("server-expired");
        try (EtcdFixture other = EtcdFixture.startWithTls(
                        expired.certificate(), expired.privateKey(), certificates.authority());
                EtcdV2Registry registry = EtcdV2Registry.builder(other.uri())
                        .trust(certificates.authority())
                        .clientCertificate(client.certificate(), client.privateKey())
                        .build()) {
            RegistryException failure = assertRefused(registry);
            assertThat(failure).rootCause().isInstanceOf(CertificateExpiredException.class);
        }
    }

    @Test
    void announce_serverOfAnotherName_isRefused() throws Exception {
        Pem elsewhere = certificates.issue("elsewhere", "EC", "san=dns:etcd.example.org");
        try (EtcdFixture other = EtcdFixture.startWithTls(
                        elsewhere.certificate(), elsewhere.privateKey(), certificates.authority());
                EtcdV2Registry registry = EtcdV2Registry.builder(other.uri())
                        .trust(certificates.authority())
                        .clientCertificate(client.certificate(), client.privateKey())
                        .build()) {
            assertRefused(registry);
        }
    }

    @Test
    void announce_plainHttpToAServerThatSpeaksTls_hintsAtHttps() {
        URI plain = URI.create(etcd.uri().toString().replace("https:", "http:"));
        try (EtcdV2Registry registry =
                EtcdV2Registry.builder(plain).deadline(Duration.ofMillis(500)).build()) {
            RegistryException failure = catchThrowableOfType(RegistryException.class, () -> registry.announce(WEB));
            assertThat(failure).hasMessageContaining("does it expect https?");
        }
    }

    @Test
    void announce_tlsToAServerThatSpeaksPlainHttp_isRefused() {
        try (EtcdFixture plain = EtcdFixture.start();
                EtcdV2Registry registry = EtcdV2Registry.builder(
                                URI.create(plain.uri().toString().replace("http:", "https:")))
                        .build()) {
            assertRefused(registry);
        }
    }

    @CanIgnoreReturnValue
    private static RegistryException assertRefused(EtcdV2Registry registry) {
        RegistryException failure = catchThrowableOfType(RegistryException.class, () -> registry.announce(WEB));

        assertThat(failure).hasMessageContaining("TLS");
        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        return failure;
    }
}
