package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;

import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link HaproxyStats}; each option changes the builder and returns it. Not thread-safe; confine it to one thread.
 */
public final class HaproxyStatsBuilder {

    /** How long to wait between two looks: the statistics of many servers are work for an HAProxy, and for the JVM. */
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final List<URI> uris = new ArrayList<>();
    private final Map<URI, MasterSocket> masters = new HashMap<>();
    private final Set<String> backends = new LinkedHashSet<>();
    private @Nullable BasicCredentials credentials;
    private @Nullable SSLContext tls;
    private TimeSource time = TimeSource.system();

    HaproxyStatsBuilder(URI first, URI... more) {
        add(first);
        for (URI uri : more) {
            add(uri);
        }
    }

    /**
     * Adds a backend whose servers count: an instance is served where it is in each of these, and drained where it is in none.
     * By default the servers of every backend count, and one is enough. An HAProxy without the backend serves nothing, and
     * is not drained of anything either.
     *
     * @param name the name: 1 to 64 letters, digits, {@code _}, {@code .}, {@code :} and {@code -}
     * @return this builder
     * @throws IllegalArgumentException if it is anything else
     */
    @CanIgnoreReturnValue
    public HaproxyStatsBuilder backend(String name) {
        backends.add(ServerCommands.requireBackend(requireNonNull(name, "name")));
        return this;
    }

    /**
     * Sets the user that the pages are read as (HTTP Basic; HAProxy Configuration Manual, "stats auth"). By default none.
     * They are sent with every request; where the page is not {@code https}, they can be read on the way.
     *
     * @param user the name, not empty and without a colon
     * @param password the password; it is kept in memory, and shown nowhere
     * @return this builder
     * @throws IllegalArgumentException if the name is malformed
     * @throws IllegalStateException if there is no page
     */
    @CanIgnoreReturnValue
    public HaproxyStatsBuilder credentials(String user, String password) {
        credentials = new BasicCredentials(user, password);
        if (uris.stream().noneMatch(StatsPage::isPage)) {
            throw new IllegalStateException("credentials are for pages, and there are only sockets: " + uris);
        }
        return this;
    }

    /**
     * Sets what decides which {@code https} page to trust, and what to show to it. By default the JDK's default context. Host
     * names are verified in any case.
     *
     * @param context the context
     * @return this builder
     * @throws IllegalStateException if no page is {@code https}
     */
    @CanIgnoreReturnValue
    public HaproxyStatsBuilder tls(SSLContext context) {
        tls = requireNonNull(context, "context");
        if (uris.stream().noneMatch(StatsPage::isHttps)) {
            throw new IllegalStateException("TLS is described, and no page is https: " + uris);
        }
        return this;
    }

    /**
     * Sets the socket of an HAProxy's master (HAProxy Management Guide, "Master CLI", option {@code -S}). By default it is not
     * known, and the workers that a reload leaves behind cannot be seen, so that a drain is never ended early.
     *
     * @param socket the statistics socket of that HAProxy, as it was given to {@link HaproxyStats#at}
     * @param master its master's: {@code unix:///run/haproxy/master.sock} or {@code tcp://127.0.0.1:9998}
     * @return this builder
     * @throws IllegalArgumentException if {@code socket} is none of those given, or has a master already, or {@code master} is
     *     not a socket's URI or is one of those given
     */
    @CanIgnoreReturnValue
    public HaproxyStatsBuilder masterSocket(URI socket, URI master) {
        if (!uris.contains(requireNonNull(socket, "socket")) || StatsPage.isPage(socket)) {
            throw new IllegalArgumentException(
                    "a master belongs to a statistics socket, and " + SafeUri.of(socket) + " is none of " + uris);
        }
        MasterSocket added = new MasterSocket(HaproxySocket.at(master));
        if (uris.contains(master)) {
            throw new IllegalArgumentException(master + " cannot be a statistics socket and a master's");
        }
        if (masters.putIfAbsent(socket, added) != null) {
            throw new IllegalArgumentException(socket + " has a master already, and " + master + " would be another");
        }
        return this;
    }

    @CanIgnoreReturnValue
    HaproxyStatsBuilder timeSource(TimeSource source) {
        time = source;
        return this;
    }

    /**
     * Returns what reads them. Connects to nothing.
     *
     * @return the balancer, to be closed by the caller
     */
    public HaproxyStats build() {
        List<StatsSource> sources = new ArrayList<>();
        for (URI uri : uris) {
            sources.add(
                    StatsPage.isPage(uri)
                            ? new StatsPage(uri, credentials, tls, time)
                            : new StatsSocket(HaproxySocket.at(uri), masters.get(uri)));
        }
        return new HaproxyStats(sources, new BackendScope(backends), INTERVAL, time);
    }

    private void add(URI uri) {
        requireNonNull(uri, "uri");
        String authority = uri.getRawAuthority();
        if (authority != null && authority.indexOf('@') >= 0) {
            // Not even the host is shown: where it begins is for the parser to say, and a password may hold an '@'
            throw new IllegalArgumentException(
                    "the URI of an HAProxy cannot carry credentials: take them out, and set them by credentials(user, password)");
        }
        if (!StatsPage.isPage(uri)) {
            var unused = HaproxySocket.at(uri);
        } else if (uri.getHost() == null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "a statistics page needs a host, and has no fragment: http://10.0.0.1:8404/haproxy?stats say, was "
                            + SafeUri.of(uri));
        }
        if (uris.contains(uri)) {
            throw new IllegalArgumentException("an HAProxy is there twice: " + uri);
        }
        uris.add(uri);
    }
}
