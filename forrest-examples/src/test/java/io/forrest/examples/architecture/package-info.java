/** Tests of how the modules are cut and written, on the classes, the sources and the packaged jars of all of them. */
@NullMarked
package io.forrest.examples.architecture;

import org.jspecify.annotations.NullMarked;
