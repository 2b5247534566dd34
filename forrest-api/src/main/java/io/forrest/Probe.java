package io.forrest;

/**
 * A user's own way to tell whether an application answers. Called again and again, on a thread of Forrest's, until it
 * says {@link ProbeResult#ready()} or {@link ProbeResult#never(String)}, or the time is up.
 *
 * @see Readiness#probe(Probe)
 */
@FunctionalInterface
public interface Probe {

    /**
     * Tries the application once. May block; it is interrupted when the launch is cancelled or its time is up.
     *
     * @param endpoint the very endpoint that will be announced
     * @return what was found
     * @throws InterruptedException if interrupted while trying; ends the launch
     * @throws Exception if the application did not answer as it should; counts as "not yet", with the exception's message
     */
    ProbeResult probe(Endpoint endpoint) throws Exception;
}
