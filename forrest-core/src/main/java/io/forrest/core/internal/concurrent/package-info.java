/**
 * Threads, deadlines, and operations that can be stopped until their point of no return. Nothing here knows of containers.
 */
@NullMarked
package io.forrest.core.internal.concurrent;

import org.jspecify.annotations.NullMarked;
