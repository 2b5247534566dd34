package io.forrest.haproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Base64;

/** A user and a password, as the header that is sent to a page (RFC 7617). Shows neither. Immutable and thread-safe. */
final class BasicCredentials {

    private final String header;

    BasicCredentials(String user, String password) {
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        if (user.isEmpty() || user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a user's name must be neither empty nor contain ':'");
        }
        header = "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    String header() {
        return header;
    }

    @Override
    public String toString() {
        return "BasicCredentials[hidden]";
    }
}
