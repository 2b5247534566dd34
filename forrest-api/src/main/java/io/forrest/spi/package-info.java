/**
 * What an implementer types: the container runtime, the registry, and the values between them and the engine room. An
 * application only passes these on.
 */
@NullMarked
@CheckReturnValue
package io.forrest.spi;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
