package io.forrest.haproxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** In the place of an HAProxy's socket: one that does what a test says with each connection. Thread-safe. */
final class ScriptedSocket implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Thread thread;

    /** What is done with a connection, which is closed afterwards. */
    @FunctionalInterface
    interface Script {
        void run(SocketChannel connection) throws IOException, InterruptedException;
    }

    private ScriptedSocket(ServerSocketChannel server, Script script) {
        this.server = server;
        this.thread = new Thread(() -> serve(script), "scripted-socket");
        thread.setDaemon(true);
        thread.start();
    }

    static ScriptedSocket unix(Path path, Script script) {
        try {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            return new ScriptedSocket(server.bind(UnixDomainSocketAddress.of(path)), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ScriptedSocket tcp(Script script) {
        try {
            ServerSocketChannel server = ServerSocketChannel.open();
            return new ScriptedSocket(server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the command to the end of the client's output, and answers it. */
    static Script answering(String answer) {
        return answering((UnaryOperator<String>) command -> answer);
    }

    /** Reads the command to the end of the client's output, and answers it as it is. */
    static Script answering(UnaryOperator<String> answers) {
        return connection -> {
            ByteBuffer command = ByteBuffer.allocate(16 << 10);
            while (connection.read(command) >= 0) {
                // more of it
            }
            String line = new String(command.array(), 0, command.position(), StandardCharsets.UTF_8).strip();
            connection.write(ByteBuffer.wrap(answers.apply(line).getBytes(StandardCharsets.UTF_8)));
        };
    }

    private void serve(Script script) {
        while (server.isOpen()) {
            try (SocketChannel connection = server.accept()) {
                script.run(connection);
            } catch (IOException e) {
                // the client has gone, or the test is over
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    URI uri() throws IOException {
        SocketAddress address = server.getLocalAddress();
        return address instanceof InetSocketAddress tcp
                ? URI.create("tcp://127.0.0.1:" + tcp.getPort())
                : URI.create("unix://" + address);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.interrupt();
    }
}
