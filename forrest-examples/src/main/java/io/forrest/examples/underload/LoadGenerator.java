package io.forrest.examples.underload;

import java.net.URI;

/** Makes clients that request a page, each again as soon as it has its answer. */
interface LoadGenerator {

    /**
     * Starts clients.
     *
     * @param page what they request
     * @param keepAlive whether a client keeps its connection; else it opens one for each request
     * @return the running clients
     */
    Clients start(URI page, boolean keepAlive);

    /** Clients that run until they are ended. Thread-safe. */
    interface Clients extends AutoCloseable {

        /**
         * Ends them, once each has its last answer where it can be waited for.
         *
         * @return what they counted
         */
        Tally end();

        /** Ends them, whatever they are doing. */
        @Override
        void close();
    }
}
