/**
 * Keeps what runs, what is announced and what was wanted together: a pure function from facts to remedies, and the passes that
 * look, decide and act. How a single remedy is carried out is for {@code lifecycle} to know.
 */
@NullMarked
package io.forrest.core.internal.supervise;

import org.jspecify.annotations.NullMarked;
