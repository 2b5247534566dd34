/** Tests what is counted of single events. */
@NullMarked
package io.forrest.core.metrics;

import org.jspecify.annotations.NullMarked;
