/**
 * Annotations that static analysis reads on Forrest's own code. Nothing here has an effect at run time.
 */
@NullMarked
package io.forrest.annotation;

import org.jspecify.annotations.NullMarked;
