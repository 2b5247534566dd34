package io.forrest.etcd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forrest.etcd.ScriptedServer.Reply;
import io.forrest.spi.RecordKey;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdV2RegistryBuilderTest {

    private static final URI ETCD = URI.create("http://127.0.0.1:2379");
    private static final URI SECURED = URI.create("https://127.0.0.1:2379");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://127.0.0.1:21",
                "//127.0.0.1:2379",
                "http:2379",
                "http:///v2",
                "http://under_score:2379",
                "http://127.0.0.1:2379/v2",
                "http://127.0.0.1:2379/?a=b",
                "http://127.0.0.1:2379#a"
            })
    void builder_noClientUrl_isRefused(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdV2Registry.builder(URI.create(uri)))
                .withMessageContaining("http://10.0.0.2:2379 say");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://root:top-secret@127.0.0.1:2379", "http://root@h:1", "http://a:top@secret@h_h:1"})
    void builder_credentialsInTheUrl_areRefusedAndNotShown(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdV2Registry.builder(ETCD, URI.create(uri)))
                .withMessageContaining("credentials(user, password)")
                .withMessageNotContaining("secret")
                .withMessageNotContaining("root");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "servers",
                "/servers/",
                "//servers",
                "/a/../b",
                "/./a",
                "/_hidden",
                "/a b",
                "/a%2Fb",
                "/a\n"
            })
    void prefix_noPath_isRefused(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdV2Registry.builder(ETCD).prefix(prefix))
                .withMessageContaining("/servers say");
    }

    @Test
    void prefix_tooLong_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdV2Registry.builder(ETCD).prefix("/a".repeat(257)));
    }

    @Test
    void prefix_byDefault_isThatOf2014() {
        try (EtcdV2Registry registry = EtcdV2Registry.builder(ETCD).build();
                EtcdV2Registry other =
                        EtcdV2Registry.builder(ETCD).prefix("/my-apps/s.1").build()) {
            assertThat(registry.prefix()).isEqualTo("/servers");
            assertThat(other.prefix()).isEqualTo("/my-apps/s.1");
        }
    }

    @Test
    void times_outOfRange_areRefused() {
        EtcdV2RegistryBuilder builder = EtcdV2Registry.builder(ETCD);
        for (Duration time : new Duration[] {Duration.ZERO, Duration.ofMillis(-1), Duration.ofHours(2)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.deadline(time))
                    .withMessageContaining(time.toString());
            assertThatIllegalArgumentException().isThrownBy(() -> builder.attemptTimeout(time));
        }
    }

    @Test
    void credentials_malformedUser_isRefused() {
        EtcdV2RegistryBuilder builder = EtcdV2Registry.builder(ETCD);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.credentials("a:b", "top-secret"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.credentials("", "top-secret"));
    }

    @Test
    void credentials_areShownNowhere() {
        assertThat(new Credentials("root", "top-secret")).hasToString("Credentials[hidden]");
        try (EtcdV2Registry registry =
                EtcdV2Registry.builder(ETCD).credentials("root", "top-secret").build()) {
            assertThat(registry).hasToString("EtcdV2Registry[http://127.0.0.1:2379]/servers");
        }
    }

    @Test
    void request_withValues_showsNone() {
        assertThat(EtcdRequest.replace("/a", "top-secret", "top-secret", null)).hasToString("PUT /a");
    }

    @Test
    void requests_thatEtcdTakesForUnconditional_areNeverMade() {
        assertThatIllegalArgumentException().isThrownBy(() -> EtcdRequest.deleteAt("/a", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> EtcdRequest.replaceAt("/a", 0, "v", null));
        assertThatIllegalArgumentException().isThrownBy(() -> EtcdRequest.delete("/a", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> EtcdRequest.replace("/a", "", "v", null));
    }

    @Test
    void tls_withoutHttps_isRefused() throws NoSuchAlgorithmException {
        SSLContext context = SSLContext.getDefault();
        assertThatIllegalStateException()
                .isThrownBy(() -> EtcdV2Registry.builder(ETCD).tls(context).build())
                .withMessageContaining(ETCD.toString());
    }

    @Test
    void tls_describedTwice_isRefused() throws NoSuchAlgorithmException {
        SSLContext context = SSLContext.getDefault();
        Path file = Path.of("any.pem");
        assertThatIllegalStateException()
                .isThrownBy(() -> EtcdV2Registry.builder(SECURED).tls(context).trust(file));
        assertThatIllegalStateException()
                .isThrownBy(() -> EtcdV2Registry.builder(SECURED)
                        .clientCertificate(file, file)
                        .tls(context));
    }

    @Test
    void build_withBadPemFiles_namesTheFileAndNotWhatIsInIt(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("missing.pem");
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path notBase64 = Files.writeString(
                folder.resolve("no-base64.pem"),
                "-----BEGIN CERTIFICATE-----\ntop-secret!\n-----END CERTIFICATE-----\n");
        Path old = Files.writeString(
                folder.resolve("pkcs1.pem"),
                "-----BEGIN RSA PRIVATE KEY-----\ntopsecret\n-----END RSA PRIVATE KEY-----\n");
        Path noKey = Files.writeString(
                folder.resolve("no-key.pem"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getEncoder().encodeToString("top-secret".getBytes(US_ASCII))
                        + "\n-----END PRIVATE KEY-----\n");
        for (Path file : new Path[] {missing, empty, notBase64}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> EtcdV2Registry.builder(SECURED).trust(file).build())
                    .withMessageContaining(file.toString())
                    .withMessageNotContaining("secret");
        }
        for (Path file : new Path[] {missing, empty, old, noKey}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EtcdV2Registry.builder(SECURED)
                            .clientCertificate(empty, file)
                            .build())
                    .withMessageContaining(file.toString())
                    .withMessageNotContaining("secret");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "a/b", "web\n1", "web 1", "_web", ".web", "", "a", "..", "web%2f1", "wéb"})
    void names_thatAreNone_reachNoUrl(String name) {
        Keyspace keys = new Keyspace("/servers");
        assertThatIllegalArgumentException().isThrownBy(() -> keys.announcement(name));
        assertThatIllegalArgumentException().isThrownBy(() -> new RecordKey("instances", name));
        try (ScriptedServer server = ScriptedServer.replying(Reply.emptyDirectory());
                EtcdV2Registry registry = EtcdV2Registry.builder(server.uri()).build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> registry.records().list(name + "/.."));
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void request_onTheWire_isPlainHttp11WithAFormAndTheCredentials() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.done());
                EtcdV2Registry registry = EtcdV2Registry.builder(server.uri())
                        .credentials("Aladdin", "open sesame")
                        .build()) {
            assertThat(registry.records().compareAndSet(new RecordKey("instances", "web-1"), "a b+c", "d&e=f"))
                    .isTrue();

            ScriptedServer.Request request = server.requests().get(0);
            assertThat(request.head())
                    .startsWith("PUT /v2/keys/servers/_forrest/instances/web-1 HTTP/1.1\r\n")
                    .containsIgnoringCase("Content-Type: application/x-www-form-urlencoded\r\n")
                    .containsIgnoringCase("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n")
                    .doesNotContainIgnoringCase("Upgrade")
                    .doesNotContainIgnoringCase("HTTP2-Settings");
            assertThat(request.form()).isEqualTo("prevValue=a b+c&value=d&e=f");
        }
    }
}
