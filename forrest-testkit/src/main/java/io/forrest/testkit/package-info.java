/**
 * What tests of Forrest stand on: contract tests for whoever implements {@code io.forrest.spi}, and fakes that pass them,
 * with faults and a time of the test's own. No production code belongs here, and none depends on it.
 */
@NullMarked
@CheckReturnValue
package io.forrest.testkit;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
