/**
 * What a scaler tells its listeners. Values only: how they are delivered is the core's business.
 */
@NullMarked
@CheckReturnValue
package io.forrest.event;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
