/**
 * Tells whether an application answers: the probes and the gate that repeats them. Nothing here knows of records or
 * announcements.
 */
@NullMarked
package io.forrest.core.internal.ready;

import org.jspecify.annotations.NullMarked;
