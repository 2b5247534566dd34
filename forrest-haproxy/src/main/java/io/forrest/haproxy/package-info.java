/**
 * HAProxy as the balancer of announced instances: {@code HaproxyStats} reads what it serves, and
 * {@code HaproxyDriver} has it serve what is announced. Nothing here knows of containers or scalers.
 */
@NullMarked
@CheckReturnValue
package io.forrest.haproxy;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
