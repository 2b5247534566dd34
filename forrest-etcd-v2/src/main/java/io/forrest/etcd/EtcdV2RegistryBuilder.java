package io.forrest.etcd;

import static java.util.Objects.requireNonNull;

import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.TimeSource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Describes an {@link EtcdV2Registry}; each option changes the builder and returns it. Not thread-safe; confine it to one
 * thread.
 */
public final class EtcdV2RegistryBuilder {

    /** What the examples and their confd files use too. */
    private static final String DEFAULT_PREFIX = "/servers";

    private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(5);
    private static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofMillis(500);
    /** etcd hashes the password anew for each request, which takes about 70 ms, one after another. */
    private static final Duration ATTEMPT_TIMEOUT_WITH_PASSWORD = Duration.ofSeconds(2);

    private static final Duration MAX_TIME = Duration.ofHours(1);

    private final List<URI> endpoints = new ArrayList<>();
    private Keyspace keys = new Keyspace(DEFAULT_PREFIX);
    private @Nullable Credentials credentials;
    private @Nullable SSLContext tls;
    private @Nullable Path trusted;
    private @Nullable Path certificate;
    private @Nullable Path privateKey;
    private @Nullable Duration attemptTimeout;
    private Duration deadline = DEFAULT_DEADLINE;
    private TimeSource time = TimeSource.system();
    private @Nullable Ttl ttl;
    private Duration hold = WatchPace.DEFAULT_HOLD;
    private Consumer<? super EtcdEvent> listener = event -> {};

    EtcdV2RegistryBuilder(URI first, URI... more) {
        add(first);
        for (URI endpoint : more) {
            add(endpoint);
        }
    }

    /**
     * Sets the directory that announcements stand in. By default {@code /servers}.
     *
     * @param prefix one or more segments, each a slash and 1 to 64 letters, digits, {@code _}, {@code .} and {@code -}, the
     *     first a letter or digit; at most 512 characters
     * @return this builder
     * @throws IllegalArgumentException if it is anything else
     */
    @CanIgnoreReturnValue
    public EtcdV2RegistryBuilder prefix(String prefix) {
        keys = new Keyspace(prefix);
        return this;
    }

    /**
     * Sets the user that every request is made as (HTTP Basic, etcd v2.3 documentation, "Auth and Security"). By default
     * none. Without {@code https} endpoints the password can be read on the way. A client certificate does the same at a
     * hundredth of the cost for etcd.
     *
     * @param user the name, not empty and without a colon
     * @param password the password; it is kept in memory, and shown nowhere
     * @return this builder
     * @throws IllegalArgumentException if the name is malformed
     */
    @CanIgnoreReturnValue
    public EtcdV2RegistryBuilder credentials(String user, String password) {
        credentials = new Credentials(user, password);
        return this;
    }

    /**
     * Sets what decides whom to trust, and what to show. By default the JDK's default context. Host names are verified in
     * any case.
     *
     * @param context the context
     * @return this builder
     * @throws IllegalStateException if certificate files are set too
     */
    @CanIgnoreReturnValue
    public EtcdV2RegistryBuilder tls(SSLContext context) {
        tls = requireNonNull(context, "context");
        return requireOneWay();
    }

    /**
     * Sets the authorities that the members' certificates must come from, and no others. By default the JDK's. The file is
     * read by {@link #build()}.
     *
     * @param authorities a PEM file of one or more certificates
     * @return this builder
     * @throws IllegalStateException if a context is set too
     */
    @CanIgnoreReturnValue
    public EtcdV2RegistryBuilder trust(Path authorities) {
        trusted = requireNonNull(authorities, "authorities");
        return requireOneWay();
    }

    /**
     * Sets the certificate that etcd knows this client by. By default none. The files are read by {@link #build()}.
     *
     * @param certificate a PEM file of the certificate, followed by those that lead to its authority, if any
     * @param privateKey a PEM file of its key: PKCS#8, not encrypted, RSA or EC
     * @return this builder
     * @throws IllegalStateException if a context is set too
     */
    @CanIgnoreReturnValue
    public EtcdV2RegistryBuilder clientCertificate(Path certificate, Path privateKey) {
        this.certificate = requireNonNull(certificate, "certificate");
        this.privateKey = requireNonNull(privateKey, "privateKey");
        return requireOneWay();
    }

    /**
     * Sets how long one endpoint may take to answer before the next is asked. By default 500 ms, 2 s with
     * {@link #credentials}, and no limit but the deadline if there is only one endpoint.
     *
     * @param timeout more than zero, at most 1 hour
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    @CanIgnoreReturnValue
    public EtcdV2RegistryBuilder attemptTimeout(Duration timeout) {
        attemptTimeout = requireTime(timeout, "the timeout of an attempt");
        return this;
    }

    /**
     * Sets how long an operation may take altogether. By default 5 s.
     *
     * @param deadline more than zero, at most 1 hour
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    @CanIgnoreReturnValue
    public EtcdV2RegistryBuilder deadline(Duration deadline) {
        this.deadline = requireTime(deadline, "the deadline");
        return this;
    }

    /**
     * Sets how long an announcement outlives this registry. It is renewed every third of that, on one thread for all, for as
     * long as this registry is open; when the JVM dies or the registry is closed, it runs out. By default none: announcements
     * stand until they are withdrawn. 15 s and more leave time for etcd to elect a leader.
     *
     * @param ttl whole seconds, 1 second to 1 day
     * @return this builder
     * @throws IllegalArgumentException if it is out of range, or not whole seconds
     */
    @CanIgnoreReturnValue
    public EtcdV2RegistryBuilder ttl(Duration ttl) {
        this.ttl = Ttl.of(ttl);
        return this;
    }

    /**
     * Sets what is told when etcd falls silent or comes back, when another endpoint takes over, when a watch had to list anew,
     * and when an announcement with a ttl was restored or lost. By default nothing. It is called on the thread that notices, one
     * of the registry's or a caller's, and must not block; what it throws is logged.
     *
     * @param listener what to tell; thread-safe
     * @return this builder
     */
    @CanIgnoreReturnValue
    public EtcdV2RegistryBuilder onEvent(Consumer<? super EtcdEvent> listener) {
        this.listener = requireNonNull(listener, "listener");
        return this;
    }

    @CanIgnoreReturnValue
    EtcdV2RegistryBuilder hold(Duration time) {
        hold = time;
        return this;
    }

    @CanIgnoreReturnValue
    EtcdV2RegistryBuilder timeSource(TimeSource source) {
        time = source;
        return this;
    }

    /**
     * Returns the registry. Reads the certificate files, and connects to nothing.
     *
     * @return the registry, to be closed by the caller
     * @throws IllegalArgumentException if a certificate file cannot be read or understood
     * @throws IllegalStateException if TLS is described and no endpoint is {@code https}
     */
    public EtcdV2Registry build() {
        boolean secured = tls != null || trusted != null || certificate != null;
        if (secured && endpoints.stream().noneMatch(EtcdV2RegistryBuilder::isHttps)) {
            throw new IllegalStateException("TLS is described, and no endpoint is https: " + endpoints);
        }
        SSLContext context = tls == null && secured ? PemFiles.context(trusted, certificate, privateKey) : tls;
        EtcdEvents events = new EtcdEvents(listener);
        return new EtcdV2Registry(
                keys,
                new EtcdClient(context, credentials),
                new Failover(endpoints, attemptTimeout(), deadline, time, events),
                ttl,
                WatchPace.of(hold, ttl),
                events);
    }

    private @Nullable Duration attemptTimeout() {
        if (attemptTimeout != null || endpoints.size() == 1) {
            return attemptTimeout;
        }
        return credentials == null ? DEFAULT_ATTEMPT_TIMEOUT : ATTEMPT_TIMEOUT_WITH_PASSWORD;
    }

    private void add(URI endpoint) {
        requireNonNull(endpoint, "endpoint");
        if (endpoint.getRawAuthority() != null && endpoint.getRawAuthority().indexOf('@') >= 0) {
            // Not even the host is shown: where it begins is for the parser to say, and a password may hold an '@'
            throw new IllegalArgumentException(
                    "an endpoint cannot carry credentials: take them out of the URL, and set them by credentials(user, password)");
        }
        boolean bare = (endpoint.getRawPath() == null
                        || endpoint.getRawPath().isEmpty()
                        || endpoint.getRawPath().equals("/"))
                && endpoint.getRawQuery() == null
                && endpoint.getRawFragment() == null;
        if (!bare
                || endpoint.getHost() == null
                || !(isHttps(endpoint) || "http".equalsIgnoreCase(endpoint.getScheme()))) {
            throw new IllegalArgumentException("an endpoint needs http or https, a host, and nothing after the port:"
                    + " http://10.0.0.2:2379 say");
        }
        if (!endpoints.contains(endpoint)) {
            endpoints.add(endpoint);
        }
    }

    private static boolean isHttps(URI endpoint) {
        return "https".equalsIgnoreCase(endpoint.getScheme());
    }

    private EtcdV2RegistryBuilder requireOneWay() {
        if (tls != null && (trusted != null || certificate != null)) {
            throw new IllegalStateException("TLS is described twice: by a context, and by certificate files");
        }
        return this;
    }

    private static Duration requireTime(Duration time, String what) {
        if (time.isNegative() || time.isZero() || time.compareTo(MAX_TIME) > 0) {
            throw new IllegalArgumentException(what + " must be more than zero and at most 1 hour, was " + time);
        }
        return time;
    }
}
