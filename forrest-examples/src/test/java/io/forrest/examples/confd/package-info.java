/** The classic way: what confd makes of the example's files, and a scaler that reads HAProxy back. */
@NullMarked
package io.forrest.examples.confd;

import org.jspecify.annotations.NullMarked;
