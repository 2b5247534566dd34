package io.forrest.docker;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where an engine listens. Immutable and thread-safe.
 *
 * @param uri {@code unix:///path}, {@code npipe:////./pipe/name} or {@code tcp://host:port}
 * @param tls what the engine is verified by and shown, or null for an unencrypted connection
 */
record EngineAddress(URI uri, @Nullable SSLContext tls) {

    private static final Set<String> SCHEMES = Set.of("unix", "npipe", "tcp");
    private static final int PLAIN_PORT = 2375;
    private static final int TLS_PORT = 2376;

    /**
     * Reads an address as the docker command line does.
     *
     * @param text the address; without a scheme it is {@code tcp}
     * @param tls whether the default port is that for TLS
     * @throws IllegalArgumentException if docker-java cannot speak to it
     */
    static URI parse(String text, boolean tls) {
        String trimmed = text.trim();
        URI uri;
        try {
            uri = URI.create(trimmed.contains("://") ? trimmed : "tcp://" + trimmed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not the address of a Docker engine: \"" + trimmed + "\"", e);
        }
        String scheme = String.valueOf(uri.getScheme());
        if (!SCHEMES.contains(scheme)) {
            throw new IllegalArgumentException("cannot reach a Docker engine by " + scheme
                    + "://; use unix://, tcp:// or" + " npipe://" + hint(scheme));
        }
        if (!scheme.equals("tcp")) {
            if (uri.getPath() == null || uri.getPath().length() < 2) {
                throw new IllegalArgumentException(
                        "not the address of a Docker engine: \"" + trimmed + "\"; it needs a path");
            }
            return uri;
        }
        if (uri.getHost() == null || uri.getUserInfo() != null || uri.getPort() == 0) {
            throw new IllegalArgumentException("not the address of a Docker engine: it needs the form tcp://host:port");
        }
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? TLS_PORT : PLAIN_PORT;
        return URI.create("tcp://" + uri.getHost() + ":" + port + uri.getRawPath());
    }

    private static String hint(String scheme) {
        return switch (scheme) {
            case "ssh" ->
                ". For an engine behind ssh, forward its socket first, by \"ssh -nNT -L"
                        + " /tmp/docker.sock:/var/run/docker.sock user@host\" say";
            case "http", "https" ->
                ". An engine that listens on TCP is named tcp://host:port, and its certificates by"
                        + " tls(folder) or DOCKER_TLS_VERIFY and DOCKER_CERT_PATH";
            default -> "";
        };
    }

    /** Returns the address by which the engine is reached over a network, or null if it listens on a socket or pipe. */
    @Nullable
    InetAddress network() throws UnknownHostException {
        return uri.getScheme().equals("tcp") ? InetAddress.getByName(uri.getHost()) : null;
    }

    /** Returns the address as a person would type it. */
    @Override
    public String toString() {
        return uri.toString();
    }
}
