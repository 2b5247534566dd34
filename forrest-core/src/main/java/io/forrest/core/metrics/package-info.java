/**
 * Binds a scaler to Micrometer, of what its public methods and events tell. Nothing else of Forrest names a type of Micrometer's,
 * so that without this package its classes need not be there.
 */
@NullMarked
package io.forrest.core.metrics;

import org.jspecify.annotations.NullMarked;
