package io.forrest.etcd;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A TCP forwarder on a loopback port of its own, which can be cut in the ways networks are: refused, reset, or frozen without
 * a word. The port stays the same, whatever becomes of the target. Its threads are daemons named {@code wire-<port>}.
 * Thread-safe.
 */
public final class Wire implements AutoCloseable {

    private static final int CONNECT_MILLIS = 2_000;
    /** Below what systems give to outgoing connections, so that the port is still free after a time down. */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 32_000;

    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Gate gate = new Gate();
    private final Object lock = new Object();
    private final int port;
    private volatile InetSocketAddress target;
    /** Null while down; guarded by the lock. */
    private @Nullable ServerSocket listening;

    private Wire(ServerSocket listening, InetSocketAddress target) {
        this.port = listening.getLocalPort();
        this.target = target;
        this.listening = listening;
    }

    /** Lays a wire, which is up. */
    public static Wire to(InetSocketAddress target) {
        for (int attempt = 1; true; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try {
                ServerSocket listening = listen(port);
                Wire wire = new Wire(listening, target);
                wire.start(() -> wire.accept(listening));
                return wire;
            } catch (UncheckedIOException e) {
                if (attempt == 100) {
                    throw e;
                }
            }
        }
    }

    /** Returns the loopback port that it listens at. */
    public int port() {
        return port;
    }

    /** Leads new connections elsewhere. */
    public void lead(InetSocketAddress target) {
        this.target = target;
    }

    /** Takes connections again after {@link #down()}. */
    public void up() {
        synchronized (lock) {
            if (listening == null) {
                ServerSocket again = listen(port);
                listening = again;
                start(() -> accept(again));
            }
        }
    }

    /** Refuses connections, and resets those there are. */
    public void down() {
        synchronized (lock) {
            closeQuietly(listening);
            listening = null;
        }
        reset();
    }

    /** Stops the bytes in both directions. Connections stay, and new ones are taken; nobody is told anything. */
    public void freeze() {
        gate.shut();
    }

    /** Ends {@link #freeze()}; what was sent meanwhile arrives now. */
    public void thaw() {
        gate.open();
    }

    /** Ends each connection with a reset, even while frozen. */
    public void reset() {
        links.forEach(Link::reset);
    }

    /**
     * Returns how many connections clients hold. One that was closed by its client counts no longer, frozen or not, unless bytes
     * of it are still held back.
     */
    public int connections() {
        return links.size();
    }

    @Override
    public void close() {
        down();
        thaw();
    }

    private static ServerSocket listen(int port) {
        try {
            return new ServerSocket(port, 0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Link link = new Link(from.accept());
                links.add(link);
                start(link::carry);
                if (from.isClosed()) {
                    link.reset();
                }
            } catch (IOException e) {
                // Went down, or the client was gone before it was met
            }
        }
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task, "wire-" + port);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(@Nullable Closeable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (IOException e) {
            // Nothing more can be done about it
        }
    }

    /** One connection and its continuation. */
    private final class Link {

        private final Socket client;
        private final Socket server = new Socket();
        private final AtomicInteger directions = new AtomicInteger(2);

        Link(Socket client) {
            this.client = client;
        }

        void carry() {
            try {
                gate.pass();
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(target, CONNECT_MILLIS);
                start(() -> pump(server, client));
                pump(client, server);
            } catch (IOException e) {
                reset();
            }
        }

        private void pump(Socket from, Socket to) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[16_384];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    gate.pass();
                    out.write(buffer, 0, read);
                }
                if (from == client) {
                    links.remove(this);
                }
                gate.pass();
                to.shutdownOutput();
                if (directions.decrementAndGet() == 0) {
                    close();
                }
            } catch (IOException e) {
                reset();
            }
        }

        void reset() {
            try {
                client.setSoLinger(true, 0);
                server.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already
            }
            close();
        }

        private void close() {
            links.remove(this);
            closeQuietly(client);
            closeQuietly(server);
        }
    }

    /** What every byte passes. */
    private static final class Gate {

        private boolean shut;

        synchronized void shut() {
            shut = true;
        }

        synchronized void open() {
            shut = false;
            notifyAll();
        }

        synchronized void pass() throws IOException {
            try {
                while (shut) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }
}
