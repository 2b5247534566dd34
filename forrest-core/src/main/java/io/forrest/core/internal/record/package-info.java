/**
 * The records that Forrest keeps beside the announcements, and their JSON. When they change is for others to decide.
 */
@NullMarked
package io.forrest.core.internal.record;

import org.jspecify.annotations.NullMarked;
