package io.forrest.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A port of this host, of the kernel's choice, that belongs to a container: held from the first, and listened on once the
 * container does. The kernel accepts connections and holds them; nobody takes them up, which needs no thread. Not
 * thread-safe; its engine guards it.
 */
final class PublishedSocket implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final ProtocolFamily family;

    /** Bound, neither connected nor listening: connections are refused, and nobody else is given the port. */
    private final SocketChannel holder;

    private final InetSocketAddress address;
    private @Nullable ServerSocketChannel listener;

    /** Whether a program listens behind the port; read by the proxy's thread, too. */
    private volatile boolean behind;

    /** The one connection that the proxy's thread had taken up when the program came to listen. */
    private volatile @Nullable SocketChannel held;

    private PublishedSocket(ProtocolFamily family, SocketChannel holder) throws IOException {
        this.family = family;
        this.holder = holder;
        this.address = (InetSocketAddress) holder.getLocalAddress();
    }

    /**
     * Takes a free port.
     *
     * @throws IOException if the address is none of this host's
     */
    static PublishedSocket reserve(InetAddress address) throws IOException {
        ProtocolFamily family =
                address instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
        SocketChannel holder = SocketChannel.open(family);
        try {
            holder.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return new PublishedSocket(family, holder.bind(new InetSocketAddress(address, 0)));
        } catch (IOException | RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    int port() {
        return address.getPort();
    }

    /** Listens. Both sockets say SO_REUSEADDR and only one listens, so that the port is never let go between. */
    void listen() {
        behind = true;
        if (listener == null) {
            listener = open();
        }
    }

    /** Accepts connections and closes them at once, until {@link #listen()} is called. */
    void proxy() {
        ServerSocketChannel channel = open();
        listener = channel;
        Thread thread = new Thread(() -> acceptUntilListening(channel), "fake-proxy-" + port());
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptUntilListening(ServerSocketChannel channel) {
        try {
            while (!behind) {
                SocketChannel connection = channel.accept();
                if (behind && channel.isOpen()) {
                    held = connection;
                } else {
                    connection.close();
                }
            }
        } catch (ClosedChannelException e) {
            // The container ended, and its port was let go.
        } catch (IOException e) {
            throw new UncheckedIOException("cannot accept on " + address, e);
        }
    }

    private ServerSocketChannel open() {
        try {
            ServerSocketChannel channel = ServerSocketChannel.open(family);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return channel.bind(address, BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + address, e);
        }
    }

    /** Lets the port go. The kernel resets the connections that it held. */
    @Override
    public void close() {
        try {
            close(listener);
            close(held);
            holder.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + address, e);
        }
    }

    private static void close(@Nullable Channel channel) throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
