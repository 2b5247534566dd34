package io.forrest.haproxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ServerSocketFactory;

/** What stands in the place of a statistics page: it answers each request with the same bytes. Thread-safe. */
final class ScriptedPage implements AutoCloseable {

    private final ServerSocket server;
    private final String scheme;
    private final List<String> pieces;
    private final boolean hangs;
    private final Queue<List<String>> requests = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();

    private ScriptedPage(ServerSocketFactory sockets, String scheme, List<String> pieces, boolean hangs)
            throws IOException {
        this.server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.scheme = scheme;
        this.pieces = List.copyOf(pieces);
        this.hangs = hangs;
        Thread thread = new Thread(this::accept, "scripted-page");
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers and hangs up. */
    static ScriptedPage raw(String answer) throws IOException {
        return new ScriptedPage(ServerSocketFactory.getDefault(), "http", List.of(answer), false);
    }

    /** Answers and leaves the client waiting for more. */
    static ScriptedPage hangAfter(String answer) throws IOException {
        return new ScriptedPage(ServerSocketFactory.getDefault(), "http", List.of(answer), true);
    }

    /** Answers by TLS, or whatever the factory makes. */
    static ScriptedPage secured(ServerSocketFactory sockets, String answer) throws IOException {
        return new ScriptedPage(sockets, "https", List.of(answer), false);
    }

    static String ok(String body) {
        return answer("200 OK", body);
    }

    static String answer(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    URI uri() {
        return uri("127.0.0.1");
    }

    URI uri(String host) {
        return URI.create(scheme + "://" + host + ":" + server.getLocalPort() + "/haproxy?stats");
    }

    /** Returns the heads of the requests, each as its lines. */
    List<List<String>> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.add(connection);
                Thread thread = new Thread(() -> serve(connection), "scripted-page");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (Socket socket = connection) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            List<String> head = new ArrayList<>();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.add(line);
            }
            requests.add(head);
            OutputStream out = socket.getOutputStream();
            for (String piece : pieces) {
                out.write(piece.getBytes(ISO_8859_1));
                out.flush();
            }
            if (hangs) {
                var unused = in.read();
            }
        } catch (IOException e) {
            // the client has hung up, or does not trust this
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
