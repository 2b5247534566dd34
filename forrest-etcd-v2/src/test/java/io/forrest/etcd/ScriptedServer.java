package io.forrest.etcd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that gives one prepared reply after another, the last one again and again, and keeps what it was asked.
 * Thread-safe.
 */
final class ScriptedServer implements AutoCloseable {

    /** Bound and never listening, until the tests are over, so that nobody else is given their ports. */
    private static final Queue<SocketChannel> HOLDERS = new ConcurrentLinkedQueue<>();

    private final ServerSocket server;
    private final Deque<Reply> replies;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger hungUp = new AtomicInteger();

    /** What was asked; query and form decoded. */
    record Request(String method, String path, String query, String form, String head) {
        @Override
        public String toString() {
            return method + " " + path + " " + query + form;
        }
    }

    /** What one request is answered with. */
    @FunctionalInterface
    interface Reply {

        /**
         * Answers.
         *
         * @return whether the connection stays open for another request
         */
        boolean to(InputStream in, OutputStream out) throws IOException;

        static Reply json(int status, String body) {
            return text(status, "application/json", body);
        }

        static Reply text(int status, String mediaType, String body) {
            byte[] bytes = body.getBytes(UTF_8);
            String head = "HTTP/1.1 " + status + " Reason\r\nContent-Type: " + mediaType + "\r\nContent-Length: "
                    + bytes.length + "\r\n\r\n";
            return (in, out) -> {
                out.write(head.getBytes(ISO_8859_1));
                out.write(bytes);
                return true;
            };
        }

        static Reply raw(String bytes) {
            return (in, out) -> {
                out.write(bytes.getBytes(ISO_8859_1));
                return false;
            };
        }

        /** Writes, and leaves the client waiting for the rest until it hangs up. */
        static Reply hangAfter(String bytes) {
            return (in, out) -> {
                out.write(bytes.getBytes(ISO_8859_1));
                out.flush();
                return in.read() >= 0;
            };
        }

        static Reply hang() {
            return hangAfter("");
        }

        static Reply hangUp() {
            return (in, out) -> false;
        }

        /** An answer of etcd's with a value of so many bytes. */
        static Reply large(int status, int length) {
            String before = "{\"action\":\"get\",\"node\":{\"key\":\"/k\",\"value\":\"";
            String after = "\",\"modifiedIndex\":7,\"createdIndex\":7}}";
            String head = "HTTP/1.1 " + status + " Reason\r\nContent-Type: application/json\r\nContent-Length: "
                    + (before.length() + length + after.length()) + "\r\n\r\n";
            return (in, out) -> {
                out.write((head + before).getBytes(ISO_8859_1));
                byte[] piece = "x".repeat(65_536).getBytes(ISO_8859_1);
                for (int left = length; left > 0; left -= piece.length) {
                    out.write(piece, 0, Math.min(left, piece.length));
                }
                out.write(after.getBytes(ISO_8859_1));
                return true;
            };
        }

        static Reply value(String key, String value) {
            return json(
                    200,
                    "{\"action\":\"get\",\"node\":{\"key\":\"" + key + "\",\"value\":\"" + value
                            + "\",\"modifiedIndex\":7,\"createdIndex\":7}}");
        }

        static Reply done() {
            return json(201, "{\"action\":\"done\",\"node\":{\"key\":\"/k\",\"modifiedIndex\":9,\"createdIndex\":9}}");
        }

        static Reply emptyDirectory() {
            return json(
                    200,
                    "{\"action\":\"get\",\"node\":{\"key\":\"/servers\",\"dir\":true,\"modifiedIndex\":3,\"createdIndex\":3}}");
        }

        static Reply error(int status, int code) {
            return json(
                    status,
                    "{\"errorCode\":" + code
                            + ",\"message\":\"of the server\",\"cause\":\"of the server\",\"index\":9}");
        }
    }

    private ScriptedServer(ServerSocket server, Reply... replies) {
        this.server = server;
        this.replies = new ArrayDeque<>(Arrays.asList(replies));
    }

    static ScriptedServer replying(Reply... replies) {
        return at(URI.create("http://127.0.0.1:0"), replies);
    }

    static ScriptedServer at(URI uri, Reply... replies) {
        try {
            ScriptedServer scripted =
                    new ScriptedServer(new ServerSocket(uri.getPort(), 50, InetAddress.getLoopbackAddress()), replies);
            scripted.startThread(scripted::accept);
            return scripted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a URL that no one listens at, but for a server that is started {@link #at} it. */
    static URI nobody() {
        try {
            SocketChannel holder = SocketChannel.open(StandardProtocolFamily.INET)
                    .setOption(StandardSocketOptions.SO_REUSEADDR, true)
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            HOLDERS.add(holder);
            return URI.create("http://127.0.0.1:" + holder.socket().getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Returns the requests as method, path and parameters. */
    List<String> asked() {
        return requests.stream().map(Request::toString).toList();
    }

    /** Returns how many connections the client has closed. */
    int hungUp() {
        return hungUp.get();
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

    private void startThread(Runnable task) {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.add(connection);
                startThread(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = connection.getOutputStream();
            boolean open = true;
            while (open) {
                String head = head(in);
                if (head.isEmpty()) {
                    hungUp.incrementAndGet();
                    return;
                }
                requests.add(request(head, in));
                open = nextReply().to(in, out);
                out.flush();
                if (!open && in.available() == 0) {
                    hungUp.incrementAndGet();
                }
            }
        } catch (IOException e) {
            hungUp.incrementAndGet();
        } finally {
            connections.remove(connection);
        }
    }

    private synchronized Reply nextReply() {
        return replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int read = in.read();
            if (read < 0) {
                return "";
            }
            head.append((char) read);
        }
        return head.toString();
    }

    private static Request request(String head, InputStream in) throws IOException {
        String[] line = head.substring(0, head.indexOf("\r\n")).split(" ", -1);
        int length = 0;
        for (String header : head.split("\r\n", -1)) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring("content-length:".length()).trim());
            }
        }
        String form = new String(in.readNBytes(length), UTF_8);
        int query = line[1].indexOf('?');
        return new Request(
                line[0],
                query < 0 ? line[1] : line[1].substring(0, query),
                query < 0 ? "" : URLDecoder.decode(line[1].substring(query + 1), UTF_8),
                URLDecoder.decode(form, UTF_8),
                head);
    }
}
