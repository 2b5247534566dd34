package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.forrest.haproxy.Tables.Server;
import io.forrest.spi.TimeSource;
import io.forrest.testkit.FakeTime;
import java.io.IOException;
import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A page that is not as it should be. What is as it should be is read from a real HAProxy. */
class StatsPageTest {

    private static final String TABLE = Tables.text("app", Server.up("web-1"), Server.up("web-2"));
    private static final String TLS_HEAD = "HTTP/1.1 200 OK\r\n\r\n";

    private static StatsPage page(URI uri) {
        return page(uri, null, null);
    }

    private static StatsPage page(URI uri, @Nullable BasicCredentials credentials, @Nullable SSLContext tls) {
        return new StatsPage(uri, credentials, tls, TimeSource.system());
    }

    private static void assertFails(StatsPage page, String message) {
        assertThatExceptionOfType(IOException.class).isThrownBy(page::read).withMessage(message);
    }

    private static void assertFails(String answer, String message) throws IOException {
        try (ScriptedPage scripted = ScriptedPage.raw(answer)) {
            assertFails(page(scripted.uri()), message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/haproxy?stats,/haproxy?stats;csv;norefresh",
        "/stats,/stats;csv;norefresh",
        "'','/;csv;norefresh'",
        "/haproxy?stats;csv,/haproxy?stats;csv",
        "/haproxy?stats;csv;scope=app,/haproxy?stats;csv;scope=app"
    })
    void read_table_isAskedForAndRead(String given, String asked) throws Exception {
        try (ScriptedPage scripted = ScriptedPage.raw(ScriptedPage.ok(TABLE))) {
            URI uri = URI.create("http://127.0.0.1:" + scripted.uri().getPort() + given);

            assertThat(page(uri).read().table().rows()).hasSize(3);
            assertThat(scripted.requests())
                    .singleElement()
                    .satisfies(head -> assertThat(head)
                            .startsWith("GET " + asked + " HTTP/1.1")
                            .contains("Connection: close")
                            .noneMatch(line -> line.startsWith("Authorization")));
        }
    }

    @Test
    void read_credentials_areSentAtOnce() throws Exception {
        try (ScriptedPage scripted = ScriptedPage.raw(ScriptedPage.ok(TABLE))) {
            assertThat(page(scripted.uri(), new BasicCredentials("admin", "pä:ss"), null)
                            .read()
                            .table()
                            .rows())
                    .hasSize(3);
            assertThat(scripted.requests())
                    .singleElement()
                    .satisfies(head -> assertThat(head).contains("Authorization: Basic YWRtaW46cMOkOnNz"));
        }
    }

    @Test
    void read_refused_asksNoAuthenticatorOfTheJvm() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Authenticator before = Authenticator.getDefault();
        Authenticator.setDefault(new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                asked.incrementAndGet();
                return new PasswordAuthentication("other", "of another".toCharArray());
            }
        });
        try (ScriptedPage scripted = ScriptedPage.raw(
                "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n")) {
            assertFails(page(scripted.uri()), "answers 401: it wants a user and a password");
            assertFails(
                    page(scripted.uri(), new BasicCredentials("admin", "wrong"), null),
                    "answers 401: wrong user or password");
            assertThat(scripted.requests()).hasSize(2);
        } finally {
            Authenticator.setDefault(before);
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void read_redirect_isNotFollowed() throws Exception {
        try (ScriptedPage target = ScriptedPage.raw(ScriptedPage.ok(TABLE));
                ScriptedPage scripted = ScriptedPage.raw(
                        "HTTP/1.1 302 Found\r\nLocation: " + target.uri() + "\r\nContent-Length: 0\r\n\r\n")) {
            assertFails(
                    page(scripted.uri()), "answers 302, and redirects are not followed: is this the statistics page?");
            assertThat(target.requests()).isEmpty();
        }
    }

    @Test
    void read_otherStatus_isSaid() throws Exception {
        assertFails(
                ScriptedPage.answer("503 Service Unavailable", "<html>"), "answers 503: is this the statistics page?");
    }

    @Test
    void read_html_isSaidInOneLine() throws Exception {
        assertFails(
                ScriptedPage.ok("<html>\r\n<body>no statistics</body>"),
                "not HAProxy's statistics: \"<html> <body>no statistics</body>\"");
    }

    @Test
    void read_garbage_isSaid() throws Exception {
        assertFails("\u0001\u0002\u0003 nothing of HTTP\r\n\r\n", "answers, but not in HTTP");
    }

    @Test
    void read_halfABodyOfKnownLength_isSaid() throws Exception {
        // cut behind a proxy, where the table by itself looks whole
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + (TABLE.length() + 50) + "\r\n\r\n" + TABLE;
        String ours = "the answer ends after " + TABLE.length() + " bytes of " + (TABLE.length() + 50);
        try (ScriptedPage scripted = ScriptedPage.raw(answer)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(page(scripted.uri())::read)
                    .satisfies(e ->
                            assertThat(e.getMessage()).isIn(ours, "Premature EOF")); // later JDKs notice by themselves
        }
    }

    @Test
    void read_halfABodyInChunks_isSaid() throws Exception {
        String chunk = Integer.toHexString(TABLE.length()) + "\r\n" + TABLE + "\r\n";
        assertFails("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk, "Premature EOF");
    }

    @Test
    void read_halfABodyOfUnknownLength_isSaid() throws Exception {
        String half = TABLE.substring(0, TABLE.indexOf("web-2") + 10);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> {
                    try (ScriptedPage scripted = ScriptedPage.raw(TLS_HEAD + half)) {
                        var unused = page(scripted.uri()).read();
                    }
                })
                .withMessageStartingWith("HAProxy's statistics end within a line: ");
    }

    @Test
    void read_endless_isCutOff() throws Exception {
        // By a clock that stands: a slow machine may take longer over so much than a page may take
        try (ScriptedPage scripted = ScriptedPage.raw(ScriptedPage.ok("x".repeat((64 << 20) + 100_000)))) {
            StatsPage page = new StatsPage(scripted.uri(), null, null, new FakeTime());
            assertFails(page, "the answer has more than 67108864 bytes");
        }
    }

    @Test
    void read_silent_isSaidInTime() throws Exception {
        assertSilent("");
        assertSilent("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n# pxname");
    }

    private static void assertSilent(String begin) throws IOException {
        try (ScriptedPage scripted = ScriptedPage.hangAfter(begin)) {
            long start = System.nanoTime();
            assertFails(page(scripted.uri()), "no answer within 2 s");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void read_nobodyListens_isRefused() throws Exception {
        URI nobody;
        try (ScriptedPage scripted = ScriptedPage.raw("")) {
            nobody = scripted.uri();
        }
        assertFails(page(nobody), "Connection refused");
    }

    @Test
    void read_noSuchHost_isSaid() {
        assertFails(page(URI.create("http://nobody.invalid:1/haproxy?stats")), "no such host: nobody.invalid");
    }

    @Test
    void read_https_trustsWhoTheContextTrustsAndVerifiesTheName(@TempDir Path folder) throws Exception {
        SSLContext context = TestTls.in(folder);
        HostnameVerifier before = HttpsURLConnection.getDefaultHostnameVerifier();
        HttpsURLConnection.setDefaultHostnameVerifier((host, session) -> true);
        try (ScriptedPage scripted = ScriptedPage.secured(context.getServerSocketFactory(), ScriptedPage.ok(TABLE))) {
            // a JVM's first handshake may take longer than any other
            await().pollInSameThread()
                    .ignoreExceptions()
                    .until(() -> !page(scripted.uri("localhost"), null, context)
                            .read()
                            .table()
                            .rows()
                            .isEmpty());
            int requests = scripted.requests().size();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(page(scripted.uri("localhost"))::read)
                    .withMessageContaining("unable to find valid certification path");
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(page(scripted.uri("127.0.0.1"), null, context)::read)
                    .withMessageContaining("127.0.0.1");
            List<List<String>> heads = scripted.requests();
            assertThat(heads.subList(requests, heads.size()))
                    .as("what was sent to whom was not trusted")
                    .allSatisfy(head -> assertThat(head).isEmpty());
        } finally {
            HttpsURLConnection.setDefaultHostnameVerifier(before);
        }
    }

    @Test
    void read_httpsSilent_isSaidInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertFails(page(URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/x")), "no answer within 2 s");
        }
    }

    @Test
    void text_page_isTheUri() {
        assertThat(page(URI.create("http://10.0.0.1/haproxy?stats"), new BasicCredentials("admin", "secret"), null))
                .hasToString("http://10.0.0.1/haproxy?stats");
        assertThat(new BasicCredentials("admin", "secret").toString()).doesNotContain("secret", "admin");
    }
}
