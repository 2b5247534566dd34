/**
 * Changes fleets: brings them to a size, rolls templates out, replaces the dead, each under the fleet's lease. What to do is
 * decided by pure plans; how one instance comes and goes is for {@code lifecycle} to know.
 */
@NullMarked
package io.forrest.core.internal.fleet;

import org.jspecify.annotations.NullMarked;
