package io.forrest.core.internal.ready;

import io.forrest.Endpoint;
import io.forrest.core.internal.concurrent.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A connection whose every wait has an end, and ends early for an interrupt. Not thread-safe; confine it to one thread. */
final class TimedSocket implements Closeable {

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;

    private TimedSocket(SocketChannel channel, Selector selector) throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.channel.configureBlocking(false);
        this.key = channel.register(selector, 0);
    }

    /** Connects; throws {@link SocketTimeoutException} if that is not done by then. */
    static TimedSocket connect(Endpoint endpoint, Deadline deadline) throws IOException, InterruptedException {
        SocketChannel channel = SocketChannel.open();
        try {
            Selector selector = channel.provider().openSelector();
            TimedSocket socket;
            try {
                socket = new TimedSocket(channel, selector);
            } catch (IOException e) {
                selector.close();
                throw e;
            }
            try {
                if (!channel.connect(endpoint.socketAddress())) {
                    do {
                        socket.await(SelectionKey.OP_CONNECT, deadline);
                    } while (!channel.finishConnect());
                }
                return socket;
            } catch (IOException | InterruptedException e) {
                selector.close();
                throw e;
            }
        } catch (IOException | InterruptedException e) {
            channel.close();
            throw e;
        }
    }

    void write(ByteBuffer bytes, Deadline deadline) throws IOException, InterruptedException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
    }

    /** Reads at least a byte; -1 at the end; throws {@link SocketTimeoutException} if nothing comes by then. */
    int read(ByteBuffer into, Deadline deadline) throws IOException, InterruptedException {
        int count = channel.read(into);
        while (count == 0) {
            await(SelectionKey.OP_READ, deadline);
            count = channel.read(into);
        }
        return count;
    }

    private void await(int operation, Deadline deadline) throws IOException, InterruptedException {
        key.interestOps(operation);
        int ready = selector.select(Math.max(1, deadline.remaining().toMillis()));
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while probing");
        }
        if (ready == 0) {
            throw new SocketTimeoutException(
                    "no answer within " + deadline.limit().toMillis() + " ms");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            selector.close();
        }
    }
}
