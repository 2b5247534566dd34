package io.forrest.core.internal.ready;

import io.forrest.Endpoint;
import io.forrest.spi.Container;

/**
 * A container whose application answered, and where. Immutable and thread-safe.
 *
 * @param container the container as it was then
 * @param endpoint the endpoint that was tried, or is published where the check needs none
 */
public record Answering(Container container, Endpoint endpoint) {}
