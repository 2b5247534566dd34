/** Tests of the registry, and an etcd of one's own for tests of whatever needs one. */
@NullMarked
package io.forrest.etcd;

import org.jspecify.annotations.NullMarked;
