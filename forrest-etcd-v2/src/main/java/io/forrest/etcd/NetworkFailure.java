package io.forrest.etcd;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** Puts a network failure into words: several have no message of their own, and others' messages are cut to one line. */
final class NetworkFailure {

    private static final int LIMIT = 200;

    private NetworkFailure() {}

    static String words(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return "its host name cannot be resolved";
            }
            String message = cause.getMessage();
            if (message != null && !message.isBlank()) {
                String shown = message.replaceAll("\\p{Cntrl}", " ");
                return shown.length() > LIMIT ? shown.substring(0, LIMIT) + "..." : shown;
            }
        }
        return failure instanceof ConnectException
                ? "connection refused, or no route to it"
                : failure.getClass().getSimpleName();
    }
}
