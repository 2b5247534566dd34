package io.forrest.core.internal.record;

/**
 * A fleet's record as it was read, with the very text that stood there: the fence for changing it. Immutable and thread-safe.
 *
 * @param text the text
 * @param value what it says
 */
public record StoredFleet(String text, FleetRecord value) {}
