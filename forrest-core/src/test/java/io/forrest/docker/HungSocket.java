package io.forrest.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Unix socket behind which something accepts connections and never says a word. Thread-safe. */
final class HungSocket implements AutoCloseable {

    private final Path path;
    private final ServerSocketChannel server;
    private final List<SocketChannel> accepted = new CopyOnWriteArrayList<>();

    HungSocket(Path folder) throws IOException {
        path = folder.resolve("hung.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Thread acceptor = new Thread(this::accept, "hung-socket");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                accepted.add(server.accept());
            }
        } catch (IOException e) {
            // closed
        }
    }

    EngineAddress address() {
        return new EngineAddress(EngineAddress.parse("unix://" + path, false), null);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel each : accepted) {
            each.close();
        }
        Files.deleteIfExists(path);
    }
}
