package io.forrest.etcd;

import java.net.URI;

/**
 * Is told when operations move to another endpoint, and when no endpoint answers any more. Each change is told once.
 *
 * @implSpec The calls come one at a time and in order, on a thread that notices a change, which is an operation's: return
 *     soon. No lock is held meanwhile. What is thrown is logged, and harms nothing.
 */
interface FailoverListener {

    /**
     * Operations begin at another endpoint from now on.
     *
     * @param from the endpoint that failed
     * @param to the one that answered instead
     * @param why how the first one failed
     */
    void failedOver(URI from, URI to, String why);

    /**
     * Every endpoint has failed since the last answer.
     *
     * @param why how each of them failed
     */
    void disconnected(String why);

    /**
     * After {@link #disconnected}, an endpoint answered.
     *
     * @param endpoint which; operations begin there from now on
     */
    void connected(URI endpoint);
}
