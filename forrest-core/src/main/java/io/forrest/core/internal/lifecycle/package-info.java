/**
 * One instance's way: named, launched, ready, announced, served, and back again. What concerns many instances or their supervision
 * stands elsewhere.
 */
@NullMarked
package io.forrest.core.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
