/** Tests of rollouts whose new version answers badly, with a real HAProxy in front. What needs no balancer is tested elsewhere. */
@NullMarked
package io.forrest.examples.rollout;

import org.jspecify.annotations.NullMarked;
