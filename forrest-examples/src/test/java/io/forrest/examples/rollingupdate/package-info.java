/** Runs the example of a rolling update. */
@NullMarked
package io.forrest.examples.rollingupdate;

import org.jspecify.annotations.NullMarked;
