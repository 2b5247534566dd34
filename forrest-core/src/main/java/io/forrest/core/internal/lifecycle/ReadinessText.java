package io.forrest.core.internal.lifecycle;

import io.forrest.Readiness;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes how readiness is told as a label's text, and reads it back, so that another process can judge an instance as its
 * launch did. A function cannot be written down: what reads it back takes the port for it.
 */
final class ReadinessText {

    private static final String PORT = "port";
    private static final String HEALTHCHECK = "healthcheck";
    private static final String PROBE = "probe";
    private static final Pattern HTTP = Pattern.compile("http (?<status>\\d{3}) (?<path>/\\S*)( (?<host>\\S+))?");

    private ReadinessText() {}

    static String write(Readiness readiness) {
        if (readiness instanceof Readiness.Http http) {
            return "http " + http.status() + " " + http.path() + (http.host().isEmpty() ? "" : " " + http.host());
        }
        if (readiness instanceof Readiness.Healthcheck) {
            return HEALTHCHECK;
        }
        return readiness instanceof Readiness.Custom ? PROBE : PORT;
    }

    /** Returns whether a text stands for a function, which cannot be written down. */
    static boolean isFunction(String text) {
        return text.equals(PROBE);
    }

    /** Reads a label; empty if it says nothing that could be asked. */
    static Optional<Readiness> read(String text) {
        if (text.equals(HEALTHCHECK)) {
            return Optional.of(Readiness.healthcheck());
        }
        if (text.equals(PORT) || text.equals(PROBE)) {
            return Optional.of(Readiness.port());
        }
        Matcher http = HTTP.matcher(text);
        if (!http.matches()) {
            return Optional.empty();
        }
        try {
            Readiness.Http plain = Readiness.http(http.group("path")).status(Integer.parseInt(http.group("status")));
            return Optional.of(http.group("host") == null ? plain : plain.host(http.group("host")));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // whoever may start containers may set labels
        }
    }
}
