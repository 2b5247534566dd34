/**
 * Docker as a container runtime. All that knows Docker's API belongs here, and nothing that knows of registries, balancers
 * or the order in which instances come and go.
 *
 * <p>At the level DEBUG the logger {@code com.github.dockerjava} prints whole requests, environments and so secrets among
 * them: keep it at WARN.
 */
@NullMarked
@CheckReturnValue
package io.forrest.docker;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
