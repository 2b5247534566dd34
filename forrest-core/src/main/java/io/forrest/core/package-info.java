/**
 * The door to the engine room: {@link io.forrest.core.Forrest} builds a scaler, and is all there is to see from outside.
 */
@NullMarked
package io.forrest.core;

import org.jspecify.annotations.NullMarked;
