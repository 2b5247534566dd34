/**
 * Carries events to listeners on threads of their own. What the events say is for others to decide.
 */
@NullMarked
package io.forrest.core.internal.event;

import org.jspecify.annotations.NullMarked;
