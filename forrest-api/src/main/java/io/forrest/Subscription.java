package io.forrest;

/**
 * A running registration of a listener, ended by {@link #close()}. Thread-safe.
 */
public interface Subscription extends AutoCloseable {

    /**
     * Ends the registration. Once this returns no call of the listener begins; one that is under way may still finish.
     * Closing again does nothing. Does not block.
     */
    @Override
    void close();
}
