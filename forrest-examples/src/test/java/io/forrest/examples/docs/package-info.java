/** Compiles and runs the examples that the documentation gives. */
@NullMarked
package io.forrest.examples.docs;

import org.jspecify.annotations.NullMarked;
