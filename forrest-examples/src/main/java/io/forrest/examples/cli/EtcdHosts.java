package io.forrest.examples.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The etcd that {@code ETCD_HOST} names. Immutable and thread-safe.
 *
 * @param endpoints where it answers, without credentials
 * @param credentials what it is to be told, where anything is
 */
record EtcdHosts(List<URI> endpoints, Optional<Credentials> credentials) {

    /** Where etcd answered by default when {@code ETCD_HOST} came to be; 2379 must be said. */
    private static final int DEFAULT_PORT = 4001;

    private static final int MAX_PORT = 65_535;

    private static final String SCHEME_END = "://";

    /**
     * A user, of etcd's or of HAProxy's. Immutable and thread-safe.
     *
     * @param user the name
     * @param password the password
     */
    record Credentials(String user, String password) {

        /** Returns the user alone. */
        @Override
        public String toString() {
            return user;
        }
    }

    EtcdHosts {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * Reads hosts, each {@code host}, {@code host:port} or a URL, with {@code user:password@} before the host or not.
     *
     * @throws IllegalArgumentException if the text is anything else; the message does not repeat it, for the password's
     *     sake
     */
    static EtcdHosts parse(String text) {
        List<URI> endpoints = new ArrayList<>();
        Optional<Credentials> credentials = Optional.empty();
        for (String part : text.split(",", -1)) {
            URI given = uri(part.strip());
            Optional<Credentials> found =
                    Optional.ofNullable(given.getUserInfo()).map(userInfo -> credentials(userInfo, "etcd"));
            if (credentials.isPresent() && found.isPresent() && !found.equals(credentials)) {
                throw new IllegalArgumentException("all hosts of one etcd need the same user and password");
            }
            credentials = credentials.or(() -> found);
            endpoints.add(URI.create(given.getScheme() + SCHEME_END + authority(given)));
        }
        return new EtcdHosts(endpoints, credentials);
    }

    private static URI uri(String part) {
        try {
            URI uri = new URI(part.contains(SCHEME_END) ? part : "http" + SCHEME_END + part).parseServerAuthority();
            boolean onlyHost = uri.getHost() != null
                    && uri.getPath().matches("/?")
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
            if (onlyHost && uri.getScheme().matches("https?") && uri.getPort() != 0 && uri.getPort() <= MAX_PORT) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below, without the text that the exception repeats
        }
        throw new IllegalArgumentException(
                "an etcd is given as host, host:port or http(s)://host:port, and several with commas between them");
    }

    /**
     * Reads {@code user:password}.
     *
     * @param whose what they are for, in a word
     * @throws IllegalArgumentException if it is anything else
     */
    static Credentials credentials(String userInfo, String whose) {
        int colon = userInfo.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("credentials for " + whose + " are given as user:password@host");
        }
        return new Credentials(userInfo.substring(0, colon), userInfo.substring(colon + 1));
    }

    private static String authority(URI uri) {
        return uri.getHost() + ":" + (uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
    }

    /** Returns hosts and ports, as they are announced to. */
    @Override
    public String toString() {
        return endpoints.stream().map(URI::getAuthority).collect(Collectors.joining(","));
    }
}
