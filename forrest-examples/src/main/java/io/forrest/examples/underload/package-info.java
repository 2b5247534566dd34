/**
 * The command {@code under-load}: a service that is kept under load while its containers come and go, and the count of what
 * failed meanwhile. How the load is made and where it goes is here; what is done to the service is the library's.
 */
@NullMarked
@CheckReturnValue
package io.forrest.examples.underload;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
