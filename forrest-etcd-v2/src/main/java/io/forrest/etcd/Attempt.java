package io.forrest.etcd;

import java.net.URI;
import java.time.Duration;

/**
 * One try at one endpoint.
 *
 * @param <T> what is answered
 */
@FunctionalInterface
interface Attempt<T> {

    /**
     * Tries.
     *
     * @throws java.util.concurrent.CancellationException if the client was closed before or meanwhile
     */
    Outcome<T> at(URI endpoint, Duration limit) throws InterruptedException;
}
