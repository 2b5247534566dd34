package io.forrest.haproxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A socket that answers commands as a script says: for what no HAProxy at hand says. Thread-safe. */
final class ScriptedHaproxy implements AutoCloseable {

    private final ServerSocket server;
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final UnaryOperator<String> script;

    /**
     * Starts it.
     *
     * @param script the answer to each command
     */
    ScriptedHaproxy(UnaryOperator<String> script) {
        this.script = script;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::serve, "scripted-haproxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept();
                    BufferedReader in =
                            new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                    OutputStream out = socket.getOutputStream()) {
                String command = in.readLine();
                if (command != null) {
                    commands.add(command);
                    out.write(script.apply(command).getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    HaproxySocket socket() {
        return HaproxySocket.at(uri());
    }

    URI uri() {
        return URI.create("tcp://127.0.0.1:" + server.getLocalPort());
    }

    /** Returns what it was told, in order. */
    List<String> commands() {
        return List.copyOf(commands);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
