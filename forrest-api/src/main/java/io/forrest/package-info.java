/**
 * What a user of Forrest types: the {@link io.forrest.Scaler}, its {@link io.forrest.Launch launches} and
 * {@link io.forrest.Instance instances}, values and exceptions. What an implementer types stands in
 * {@code io.forrest.spi}, and no line of this package depends on it.
 */
@NullMarked
@CheckReturnValue
package io.forrest;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
