/**
 * The command line {@code forrest}: what it is told, what it prints, what it exits with. What it does it has done by the
 * library, by nothing that another program could not call.
 */
@NullMarked
@CheckReturnValue
package io.forrest.examples.cli;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
