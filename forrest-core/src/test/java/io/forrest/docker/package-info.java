/** Tests of the Docker runtime, on a real engine and on stubs that misbehave as none does on demand. */
@NullMarked
package io.forrest.docker;

import org.jspecify.annotations.NullMarked;
