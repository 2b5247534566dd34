package io.forrest.etcd;

import io.forrest.etcd.Outcome.Answered;
import io.forrest.etcd.Outcome.NotSent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Finds the address from which this host reaches an endpoint, by a connection to it. */
final class LocalAddress {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private LocalAddress() {}

    static Outcome<InetAddress> towards(URI endpoint, Duration limit) throws InterruptedException {
        Duration timeout = limit.compareTo(CONNECT_TIMEOUT) < 0 ? limit : CONNECT_TIMEOUT;
        // A channel, because an interrupt does not end the connecting of a plain socket
        try (SocketChannel channel = SocketChannel.open()) {
            channel.socket().connect(new InetSocketAddress(host(endpoint), port(endpoint)), millis(timeout));
            return new Answered<>(channel.socket().getLocalAddress());
        } catch (ClosedByInterruptException e) {
            throw interrupted(e);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(e);
            }
            return new NotSent<>(NetworkFailure.words(e), e);
        }
    }

    private static InterruptedException interrupted(IOException cause) {
        // As every InterruptedException, this one goes with the status cleared
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException();
        interrupted.initCause(cause);
        return interrupted;
    }

    /** Zero would mean for ever. */
    private static int millis(Duration time) {
        return (int) Math.max(1, time.toMillis());
    }

    private static String host(URI endpoint) {
        String host = endpoint.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(URI endpoint) {
        if (endpoint.getPort() >= 0) {
            return endpoint.getPort();
        }
        return endpoint.getScheme().equalsIgnoreCase("https") ? HTTPS : HTTP;
    }
}
