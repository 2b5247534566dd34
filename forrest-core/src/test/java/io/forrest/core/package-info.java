/**
 * The engine room's promises, on fakes that fail on command and on a real engine and registry.
 */
@NullMarked
package io.forrest.core;

import org.jspecify.annotations.NullMarked;
