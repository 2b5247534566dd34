/**
 * A soak: seeded faults, for as long as one likes, over a fleet that has to come through all of them. It has an engine and an etcd
 * of its own, and harms nobody else's.
 */
@NullMarked
package io.forrest.examples.soak;

import org.jspecify.annotations.NullMarked;
