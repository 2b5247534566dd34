package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.URI;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HaproxyStatsBuilderTest {

    private static final URI PAGE = URI.create("http://10.0.0.1:8404/haproxy?stats");
    private static final URI SOCKET = URI.create("unix:///run/haproxy/admin.sock");
    private static final URI MASTER = URI.create("unix:///run/haproxy/master.sock");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.1:8404/haproxy?stats",
                "https://lb.example/haproxy?stats;csv",
                "http://10.0.0.1:8404",
                "unix:///run/haproxy/admin.sock",
                "tcp://127.0.0.1:9999"
            })
    void at_pageOrSocket_connectsToNothing(String uri) {
        try (HaproxyStats stats = HaproxyStats.at(URI.create(uri)).build()) {
            assertThat(stats).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://10.0.0.1/haproxy?stats",
                "http:///haproxy?stats",
                "http://10.0.0.1/haproxy?stats#top",
                "/run/haproxy/admin.sock",
                "unix://run/haproxy/admin.sock",
                "tcp://127.0.0.1"
            })
    void at_anythingElse_isRefused(String uri) {
        assertThatIllegalArgumentException().isThrownBy(() -> HaproxyStats.at(URI.create(uri)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://admin:secret@10.0.0.1/haproxy?stats", "tcp://admin:secret@127.0.0.1:9999"})
    void at_credentialsInTheUri_areRefusedAndNotShown(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(URI.create(uri)))
                .withMessageContaining("credentials(user, password)")
                .withMessageNotContaining("secret");
    }

    @Test
    void at_secretInAnOpaqueUri_isNotShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(URI.create("http:admin:secret@10.0.0.1/haproxy")))
                .withMessageNotContaining("secret");
    }

    @Test
    void at_twiceTheSame_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(PAGE, SOCKET, PAGE))
                .withMessage("an HAProxy is there twice: " + PAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;b", "a/b", "ü"})
    void backend_notAName_isRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(PAGE).backend(name));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(PAGE).backend("x".repeat(65)));
    }

    @Test
    void credentials_onlySockets_areRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> HaproxyStats.at(SOCKET).credentials("admin", "secret"))
                .withMessageContaining(SOCKET.toString())
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b"})
    void credentials_malformedName_isRefused(String user) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(PAGE).credentials(user, "secret"));
    }

    @Test
    void tls_noPageIsHttps_isRefused() throws Exception {
        SSLContext context = SSLContext.getDefault();

        assertThatIllegalStateException().isThrownBy(() -> HaproxyStats.at(PAGE).tls(context));
    }

    @Test
    void masterSocket_ofNoneOrOfAPageOrTwice_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(PAGE).masterSocket(SOCKET, MASTER))
                .withMessageContaining("is none of [" + PAGE + "]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(PAGE).masterSocket(PAGE, MASTER));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(SOCKET).masterSocket(SOCKET, SOCKET));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(SOCKET).masterSocket(SOCKET, PAGE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxyStats.at(SOCKET)
                        .masterSocket(SOCKET, MASTER)
                        .masterSocket(SOCKET, URI.create("tcp://127.0.0.1:9998")))
                .withMessageContaining("has a master already");
    }
}
