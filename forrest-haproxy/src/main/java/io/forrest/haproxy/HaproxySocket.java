package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;

import io.forrest.spi.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A socket on which an HAProxy takes commands: its statistics socket, or its master's. One command a connection, because
 * only the end of the connection reliably ends an answer on every version (HAProxy Management Guide, "Unix Socket
 * commands"). Immutable and thread-safe.
 */
final class HaproxySocket {

    /** How long one command may take. An HAProxy that runs answers within milliseconds. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** The answer to {@code show stat} takes some 600 bytes a server. */
    private static final int LONGEST_ANSWER = 64 << 20;

    /** HAProxy reads a line into one buffer of 16 KiB, less what it keeps for itself. */
    private static final int LONGEST_COMMAND = 8 << 10;

    private static final int CHUNK = 64 << 10;
    private static final int MAX_PORT = 65_535;

    /** What is to be shown, of this process or, by {@code @}, of one behind the master. */
    private static final Pattern SHOW = Pattern.compile("(?:@\\S+ )?show .*");

    private final URI uri;
    private final TimeSource time;

    /** Takes a URI as {@link #at} does, unchecked, and the time that a command may take from elsewhere. */
    HaproxySocket(URI uri, TimeSource time) {
        this.uri = uri;
        this.time = time;
    }

    /**
     * Returns the socket that a URI names. No I/O.
     *
     * @param uri {@code unix:///run/haproxy/admin.sock} or {@code tcp://127.0.0.1:9999}
     * @throws IllegalArgumentException if it is anything else
     */
    static HaproxySocket at(URI uri) {
        requireNonNull(uri, "uri");
        if (!isUnix(uri) && !isTcp(uri)) {
            throw new IllegalArgumentException(
                    "a socket of HAProxy's is given as unix:///path or tcp://host:port, was " + SafeUri.of(uri));
        }
        // One path has several URIs
        URI one = isUnix(uri) ? URI.create("unix://" + uri.normalize().getRawPath()) : uri;
        return new HaproxySocket(one, TimeSource.system());
    }

    private static boolean isUnix(URI uri) {
        return "unix".equals(uri.getScheme())
                && uri.getRawAuthority() == null
                && uri.getPath() != null
                && uri.getPath().length() > 1
                && uri.getQuery() == null
                && uri.getFragment() == null;
    }

    private static boolean isTcp(URI uri) {
        return "tcp".equals(uri.getScheme())
                && uri.getHost() != null
                && uri.getPort() > 0
                && uri.getPort() <= MAX_PORT
                && uri.getUserInfo() == null
                && uri.getRawPath().isEmpty()
                && uri.getQuery() == null
                && uri.getFragment() == null;
    }

    /**
     * Sends a command and returns the whole answer, without white space at its end. Blocks for two seconds at most,
     * and for as long as a host name takes to be looked up.
     *
     * @throws IOException if the socket cannot be reached, does not answer in time or to the end, or the thread is
     *     interrupted, with its interrupted status set; the message says what is wrong, and not with which socket
     */
    String ask(String command) throws IOException {
        if (command.isEmpty()
                || command.length() > LONGEST_COMMAND
                || command.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("not one line of a command: " + command.length() + " characters");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        long end = time.nanoTime() + PATIENCE.toNanos();
        try (Selector selector = Selector.open();
                SocketChannel channel = open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, 0);
            connect(channel, key, end);
            write(channel, key, ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII)), end);
            channel.shutdownOutput(); // a master of 2.6 keeps the connection open otherwise
            return whole(command, read(channel, key, end));
        }
    }

    private SocketChannel open() throws IOException {
        return isUnix(uri) ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    }

    private SocketAddress address() throws IOException {
        if (isUnix(uri)) {
            try {
                return UnixDomainSocketAddress.of(uri.getPath());
            } catch (InvalidPathException e) {
                throw new IOException("not a path of this system: " + uri.getPath(), e);
            }
        }
        InetSocketAddress address = new InetSocketAddress(uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort());
        if (address.isUnresolved()) {
            throw new UnknownHostException("no such host: " + uri.getHost());
        }
        return address;
    }

    private void connect(SocketChannel channel, SelectionKey key, long end) throws IOException {
        try {
            boolean connected = channel.connect(address());
            while (!connected) {
                await(key, SelectionKey.OP_CONNECT, end);
                connected = channel.finishConnect();
            }
        } catch (SocketException e) {
            throw isUnix(uri) ? explained(e) : e;
        }
    }

    /** Says what a refusal comes from: the system has the same words for a dead socket and for what is none. */
    private SocketException explained(SocketException e) {
        String what;
        try {
            BasicFileAttributes file = Files.readAttributes(Path.of(uri.getPath()), BasicFileAttributes.class);
            what = file.isDirectory() ? "it is a directory" : file.isOther() ? "nobody listens on it" : "it is a file";
        } catch (IOException | InvalidPathException unreadable) {
            return e; // there is none, say: that the system says itself
        }
        boolean refused = e instanceof ConnectException;
        if (!refused && !String.valueOf(e.getMessage()).contains("temporarily unavailable")) {
            return e;
        }
        SocketException explained =
                new ConnectException(e.getMessage() + ": " + (refused ? what : "too many wait for an answer already"));
        explained.initCause(e);
        return explained;
    }

    private void write(SocketChannel channel, SelectionKey key, ByteBuffer bytes, long end) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(key, SelectionKey.OP_WRITE, end);
            }
        }
    }

    private String read(SocketChannel channel, SelectionKey key, long end) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (int count = channel.read(chunk); count >= 0; count = channel.read(chunk)) {
            answer.write(chunk.array(), 0, count);
            chunk.clear();
            if (answer.size() > LONGEST_ANSWER) {
                throw new IOException("the answer has more than " + LONGEST_ANSWER + " bytes");
            }
            if (count == 0) {
                await(key, SelectionKey.OP_READ, end);
            }
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    /**
     * Sees to it that the answer has its end, or an HAProxy that is killed meanwhile would seem to say less than it does:
     * nothing, which is how it says that all went well, or a list without some of its lines. Even the shortest answer is a
     * line, and an empty line ends each list; other answers lack that up to 2.8.
     */
    private static String whole(String command, String answer) throws IOException {
        if (!answer.endsWith("\n")) {
            throw new IOException(answer.isEmpty() ? "closed without an answer" : "the answer ends within a line");
        }
        String text = answer.stripTrailing();
        if (text.indexOf('\n') >= 0
                && !answer.endsWith("\n\n")
                && SHOW.matcher(command).matches()) {
            throw new IOException("the answer ends before all is listed");
        }
        return text;
    }

    private void await(SelectionKey key, int what, long end) throws IOException {
        long millis = Duration.ofNanos(end - time.nanoTime()).toMillis();
        if (millis <= 0) {
            throw new SocketTimeoutException("no answer within " + PATIENCE.toSeconds() + " s");
        }
        key.interestOps(what);
        var unused = key.selector().select(millis);
        key.selector().selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Returns the URI. */
    @Override
    public String toString() {
        return uri.toString();
    }
}
