/**
 * The program to read on fleets: what runs is given another image in waves, each of which is judged. Docs: {@code
 * docs/rollouts.md}.
 */
@NullMarked
@CheckReturnValue
package io.forrest.examples.rollingupdate;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
