/**
 * The program to read first. It does what the script {@code quickstart} shows by the command line.
 */
@NullMarked
@CheckReturnValue
package io.forrest.examples.quickstart;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
