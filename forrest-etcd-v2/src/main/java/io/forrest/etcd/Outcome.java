package io.forrest.etcd;

import org.jspecify.annotations.Nullable;

/**
 * What became of one attempt at one endpoint. The reasons are Forrest's own words, because another's might repeat a secret.
 *
 * @param <T> what is answered
 */
sealed interface Outcome<T> {

    /** The store answered. */
    record Answered<T>(T answer) implements Outcome<T> {}

    /** The request certainly did not arrive: another endpoint, or another time. */
    record NotSent<T>(String why, @Nullable Throwable cause) implements Outcome<T> {}

    /** The request may have been carried out, or may still be. */
    record Lost<T>(String why, @Nullable Throwable cause) implements Outcome<T> {}

    /** The request was certainly not carried out, and will not be at this endpoint: another one. */
    record Rejected<T>(String why, @Nullable Throwable cause) implements Outcome<T> {}

    /** The request was certainly not carried out, and no endpoint will do it. */
    record Denied<T>(String why) implements Outcome<T> {}
}
