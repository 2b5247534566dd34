/** Tests of what reads and drives HAProxy, and an HAProxy of one's own for tests of whatever needs one. */
@NullMarked
package io.forrest.haproxy;

import org.jspecify.annotations.NullMarked;
