package io.forrest.haproxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forrest.spi.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The statistics page, as CSV (HAProxy Configuration Manual, "stats uri"). One connection a reading, over none of the JVM's
 * proxies, with none of its passwords, and to nowhere else by redirect. The time is limited for the connection, for each read
 * of the answer's head, and for all of its body. Immutable and thread-safe.
 */
final class StatsPage implements StatsSource {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int LONGEST_ANSWER = 64 << 20;
    private static final int CHUNK = 64 << 10;

    private static final String CSV = ";csv";
    private static final String QUIET = ";norefresh";

    private static final String OLD_WORKERS = "old workers of a reload cannot be seen by the page";

    /** The JVM's own, if there is one, may hold the password of something else, or ask a person for it. */
    private static final Authenticator NOBODY = new Authenticator() {};

    private final URI shown;
    private final URI uri;
    private final @Nullable BasicCredentials credentials;
    private final @Nullable SSLContext tls;
    private final TimeSource time;

    StatsPage(URI uri, @Nullable BasicCredentials credentials, @Nullable SSLContext tls, TimeSource time) {
        this.shown = uri;
        this.uri = csv(uri);
        this.credentials = credentials;
        this.tls = tls;
        this.time = time;
    }

    /** Returns the URI with what HAProxy looks for behind the one that it knows the page by, wherever that ends. */
    private static URI csv(URI uri) {
        if (uri.toString().contains(CSV)) {
            return uri;
        }
        boolean bare = uri.getRawPath().isEmpty() && uri.getRawQuery() == null;
        return URI.create(uri + (bare ? "/" : "") + CSV + QUIET);
    }

    /** Returns whether a URI is that of a page, and not of a socket. */
    static boolean isPage(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme()) || isHttps(uri);
    }

    static boolean isHttps(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    @Override
    public Reading read() throws IOException {
        long end = time.nanoTime() + PATIENCE.toNanos();
        HttpURLConnection connection = open();
        try {
            requireGood(connection);
            return new Reading(StatsTable.parse(body(connection, end)), "");
        } catch (SocketTimeoutException e) {
            throw silent(e);
        } catch (UnknownHostException e) {
            throw new IOException("no such host: " + uri.getHost(), e);
        } finally {
            connection.disconnect();
        }
    }

    private HttpURLConnection open() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setAuthenticator(NOBODY);
        connection.setRequestProperty("Connection", "close");
        if (credentials != null) {
            connection.setRequestProperty("Authorization", credentials.header());
        }
        if (connection instanceof HttpsURLConnection secured) {
            secure(secured);
        }
        return connection;
    }

    /** Has none of what the JVM may have been told to let pass let pass: the verifier is asked where the name is wrong. */
    private void secure(HttpsURLConnection connection) throws IOException {
        try {
            SSLContext context = tls == null ? SSLContext.getDefault() : tls;
            connection.setSSLSocketFactory(context.getSocketFactory());
            connection.setHostnameVerifier((host, session) -> false);
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("this JVM has no TLS: " + e.getMessage(), e);
        }
    }

    private void requireGood(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK) {
            return;
        }
        if (status < 0) {
            throw new IOException("answers, but not in HTTP");
        }
        throw new IOException("answers " + status + meaning(status));
    }

    private String meaning(int status) {
        if (status == HttpURLConnection.HTTP_UNAUTHORIZED) {
            return credentials == null ? ": it wants a user and a password" : ": wrong user or password";
        }
        if (status / 100 == 3) {
            return ", and redirects are not followed: is this the statistics page?";
        }
        return ": is this the statistics page?";
    }

    private String body(HttpURLConnection connection, long end) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = connection.getInputStream()) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                read.write(chunk, 0, count);
                if (read.size() > LONGEST_ANSWER) {
                    throw new IOException("the answer has more than " + LONGEST_ANSWER + " bytes");
                }
                if (time.nanoTime() - end >= 0) {
                    throw silent(null);
                }
            }
        }
        long announced = connection.getContentLengthLong(); // JDK 17 takes less than that for the end as well
        if (read.size() < announced) {
            throw new IOException("the answer ends after " + read.size() + " bytes of " + announced);
        }
        return read.toString(UTF_8);
    }

    private static IOException silent(@Nullable Throwable cause) {
        return new IOException("no answer within " + PATIENCE.toSeconds() + " s", cause);
    }

    @Override
    public Optional<String> blindSpot(String instance, Reading current) {
        return Optional.of(OLD_WORKERS);
    }

    @Override
    public List<OldWorker> oldWorkers(Reading current) {
        return List.of();
    }

    @Override
    public String showsAddresses() {
        return "stats show-legends";
    }

    @Override
    public String toString() {
        return SafeUri.of(shown);
    }
}
