package io.forrest.core.internal.ready;

import io.forrest.Endpoint;
import io.forrest.ProbeResult;
import io.forrest.spi.Container;

/** One way to tell whether an application answers, tried once. */
@FunctionalInterface
interface Check {

    /** Tries the application once. */
    ProbeResult check(Container container, Endpoint endpoint) throws Exception;
}
