package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.forrest.haproxy.ScriptedSocket.Script;
import io.forrest.testkit.FakeTime;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the socket makes of everything but an HAProxy in good health. */
class HaproxySocketTest {

    private static final Script HUNG = connection -> new CountDownLatch(1).await();

    @TempDir
    private Path directory;

    private URI path(String name) {
        return URI.create("unix://" + directory.resolve(name));
    }

    private static void assertFails(URI uri, Class<? extends IOException> type, String message) {
        assertThatExceptionOfType(type)
                .isThrownBy(() -> HaproxySocket.at(uri).ask("show info"))
                .withMessageContaining(message);
    }

    private void assertAnswerFails(String command, String answer, String message) throws IOException {
        try (ScriptedSocket socket = ScriptedSocket.tcp(ScriptedSocket.answering(answer))) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> HaproxySocket.at(socket.uri()).ask(command))
                    .withMessage(message);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:9999",
                "unix://host/run/admin.sock",
                "unix:admin.sock",
                "unix:///",
                "unix:///run/a.sock?x",
                "unix:///run/a.sock#x",
                "tcp://127.0.0.1",
                "tcp://127.0.0.1:0",
                "tcp://127.0.0.1:65536",
                "tcp://127.0.0.1:9999/",
                "tcp://127.0.0.1:9999?x",
                "tcp://127.0.0.1:9999#x",
                "tcp://:9999",
                "tcp:9999",
                "/run/admin.sock"
            })
    void at_anythingElse_isRefused(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxySocket.at(URI.create(uri)))
                .withMessage("a socket of HAProxy's is given as unix:///path or tcp://host:port, was " + uri);
    }

    @Test
    void at_userInfo_isRefusedAndNotShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaproxySocket.at(URI.create("tcp://user:secret@127.0.0.1:9999")))
                .withMessageEndingWith("was tcp://127.0.0.1:9999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "show info\nshow stat", "show info\r", "show \u00e9", "a\tb"})
    void ask_notOneLine_isRefused(String command) {
        HaproxySocket socket = HaproxySocket.at(path("none.sock"));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.ask(command));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.ask("x".repeat(8193)));
    }

    @Test
    void ask_missing_saysSo() {
        assertFails(path("none.sock"), IOException.class, "No such file or directory");
    }

    @Test
    void ask_file_isNoSocket() throws IOException {
        Files.writeString(directory.resolve("file"), "text");
        assertFails(path("file"), IOException.class, "Connection refused: it is a file");
    }

    @Test
    void ask_directory_isNoSocket() throws IOException {
        Files.createDirectory(directory.resolve("run"));
        assertFails(path("run"), IOException.class, "Connection refused: it is a directory");
    }

    @Test
    void ask_socketThatWasLeft_hasNobodyThere() {
        ScriptedSocket.unix(directory.resolve("left.sock"), HUNG).close();
        assertFails(path("left.sock"), IOException.class, "Connection refused: nobody listens on it");
    }

    @Test
    void ask_longPath_saysSo() {
        assertFails(path("x".repeat(120)), IOException.class, "too long");
    }

    @Test
    void ask_portThatNobodyListensOn_isRefused() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertFails(URI.create("tcp://127.0.0.1:" + port), IOException.class, "Connection refused");
    }

    @Test
    void ask_unknownHost_isNamed() {
        assertFails(
                URI.create("tcp://no-such-host.invalid:1"), IOException.class, "no such host: no-such-host.invalid");
    }

    @Test
    void ask_hungServer_endsInTime() throws IOException {
        try (ScriptedSocket unix = ScriptedSocket.unix(directory.resolve("hung.sock"), HUNG)) {
            assertFails(unix.uri(), SocketTimeoutException.class, "no answer within 2 s");
        }
    }

    @Test
    void ask_fullBacklog_fails() throws IOException {
        Path path = directory.resolve("full.sock");
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path), 1);
            for (boolean free = true; free; ) {
                SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
                waiting.add(client);
                client.configureBlocking(false);
                try {
                    client.connect(UnixDomainSocketAddress.of(path));
                } catch (SocketException e) {
                    free = false;
                }
            }
            assertFails(path("full.sock"), IOException.class, "too many wait for an answer already");
        } finally {
            for (SocketChannel client : waiting) {
                client.close();
            }
        }
    }

    @Test
    void ask_dripThatNeverEnds_endsInTime() throws IOException {
        Script drip = connection -> {
            while (connection.write(ByteBuffer.wrap(new byte[] {'x'})) >= 0) {
                new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
            }
        };
        try (ScriptedSocket socket = ScriptedSocket.tcp(drip)) {
            assertFails(socket.uri(), SocketTimeoutException.class, "no answer within 2 s");
        }
    }

    @Test
    void ask_floodThatNeverEnds_isCutOff() throws IOException {
        Script flood = connection -> {
            ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
            while (connection.write(bytes) >= 0) {
                bytes.clear();
            }
        };
        try (ScriptedSocket socket = ScriptedSocket.unix(directory.resolve("flood.sock"), flood)) {
            // By a clock that stands: a slow machine may take longer over so much than a command may take
            HaproxySocket haproxy = new HaproxySocket(socket.uri(), new FakeTime());
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> haproxy.ask("show info"))
                    .withMessageContaining("the answer has more than 67108864 bytes");
        }
    }

    @Test
    void ask_closedAtOnce_isNoSuccess() throws IOException {
        try (ScriptedSocket socket = ScriptedSocket.unix(directory.resolve("closes.sock"), connection -> {})) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> HaproxySocket.at(socket.uri()).ask("enable health app/web"));
        }
        assertAnswerFails("enable health app/web", "", "closed without an answer");
    }

    @Test
    void ask_halfAnAnswer_isNoAnswer() throws IOException {
        assertAnswerFails("del server app/web", "Server del", "the answer ends within a line");
        assertAnswerFails("show stat", "# pxname,\napp,web,\n", "the answer ends before all is listed");
        assertAnswerFails("@!7 show servers state", "1\n# be_id\n3 app\n", "the answer ends before all is listed");
    }

    @Test
    void ask_answersOfAllVersions_areTrimmed() throws IOException {
        for (String answer : List.of("Server deleted.\n", "Server deleted.\n\n")) {
            try (ScriptedSocket socket = ScriptedSocket.tcp(ScriptedSocket.answering(answer))) {
                assertThat(HaproxySocket.at(socket.uri()).ask("del server app/web"))
                        .isEqualTo("Server deleted.");
            }
        }
        try (ScriptedSocket socket = ScriptedSocket.tcp(ScriptedSocket.answering("1\n# a\n2 b\n\n"))) {
            assertThat(HaproxySocket.at(socket.uri()).ask("show servers state")).isEqualTo("1\n# a\n2 b");
        }
        try (ScriptedSocket socket = ScriptedSocket.tcp(ScriptedSocket.answering("\n"))) {
            assertThat(HaproxySocket.at(socket.uri()).ask("enable health app/web"))
                    .isEmpty();
        }
    }

    @Test
    void ask_interrupted_endsAndKeepsTheStatus() throws Exception {
        AtomicReference<Exception> thrown = new AtomicReference<>();
        AtomicReference<Boolean> status = new AtomicReference<>();
        CountDownLatch asked = new CountDownLatch(1);
        Script script = connection -> {
            asked.countDown();
            HUNG.run(connection);
        };
        try (ScriptedSocket socket = ScriptedSocket.unix(directory.resolve("hung.sock"), script)) {
            HaproxySocket haproxy = HaproxySocket.at(socket.uri());
            Thread asking = new Thread(() -> {
                try {
                    haproxy.ask("show info");
                } catch (IOException e) {
                    thrown.set(e);
                }
                status.set(Thread.currentThread().isInterrupted());
            });
            asking.start();
            asked.await();
            asking.interrupt();
            await().until(() -> !asking.isAlive());
        }
        assertThat(thrown.get())
                .isInstanceOf(InterruptedIOException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
        assertThat(status.get()).isTrue();
    }
}
