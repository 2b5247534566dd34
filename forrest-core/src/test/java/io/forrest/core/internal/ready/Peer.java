package io.forrest.core.internal.ready;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.forrest.Endpoint;
import io.forrest.core.internal.concurrent.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** What a probe may find at the other end of a connection: a server on the loopback that behaves as it is told. */
final class Peer implements AutoCloseable {

    /** What a server does with a connection. It stays open until the peer is closed, unless this closes it. */
    @FunctionalInterface
    interface Manners {
        void meet(Socket connection, Peer peer) throws IOException, InterruptedException;
    }

    private static final int BACKLOG = 1;
    private static final int MORE_THAN_THE_BACKLOG = 8;

    private final ServerSocket server;
    private final ExecutorService threads = Threads.pool("peer");
    private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();
    private final List<SocketChannel> fillers = new ArrayList<>();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final CountDownLatch met = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    private Peer(int backlog) throws IOException {
        server = new ServerSocket(0, backlog, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    /** Returns a server that accepts, and meets each connection in this way. */
    static Peer that(Manners manners) throws IOException {
        Peer peer = new Peer(50);
        peer.threads.execute(() -> peer.accept(manners));
        return peer;
    }

    /** Returns a server that reads a request, answers with a text and closes. */
    static Peer answering(String text) throws IOException {
        return that((connection, peer) -> {
            peer.readRequest(connection);
            write(connection, text);
            connection.close();
        });
    }

    /** Returns a server that never accepts, and whose backlog is full: the next connection hangs. */
    static Peer deaf() throws IOException {
        Peer peer = new Peer(BACKLOG);
        for (int i = 0; i < MORE_THAN_THE_BACKLOG; i++) {
            SocketChannel filler = SocketChannel.open();
            peer.fillers.add(filler);
            filler.configureBlocking(false);
            filler.connect(new InetSocketAddress(peer.server.getInetAddress(), peer.server.getLocalPort()));
        }
        return peer;
    }

    /** Returns where nothing listens, though something did a moment ago. */
    static Endpoint nobody() throws IOException {
        try (Peer peer = new Peer(BACKLOG)) {
            return peer.endpoint();
        }
    }

    static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(ISO_8859_1));
        connection.getOutputStream().flush();
    }

    /** Breaks a connection off: RST instead of FIN. */
    static void reset(Socket connection) throws IOException {
        connection.setSoLinger(true, 0);
        connection.close();
    }

    private void accept(Manners manners) {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                threads.execute(() -> meet(connection, manners));
            }
        } catch (IOException e) {
            // this peer is closed
        }
    }

    private void meet(Socket connection, Manners manners) {
        try {
            connection.setTcpNoDelay(true);
            met.countDown();
            manners.meet(connection, this);
        } catch (IOException e) {
            // the probe hung up, or this peer is closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads up to the empty line that ends a request's head. */
    void readRequest(Socket connection) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = connection.getInputStream().read();
            if (next < 0) {
                throw new IOException("no request but: " + head);
            }
            head.append((char) next);
        }
        requests.add(head.toString());
    }

    Endpoint endpoint() {
        return new Endpoint(server.getInetAddress(), server.getLocalPort());
    }

    /** Returns the first request, by its lines. */
    List<String> request() {
        return requests.peek() == null ? List.of() : List.of(requests.peek().split("\r\n"));
    }

    /** Waits until a connection is met. */
    boolean awaitMet() throws InterruptedException {
        return met.await(10, TimeUnit.SECONDS);
    }

    /** Waits for a while, or until this peer is closed; whether it is. */
    boolean pause(long millis) throws InterruptedException {
        return closed.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
        for (SocketChannel filler : fillers) {
            filler.close();
        }
        threads.shutdownNow();
    }
}
