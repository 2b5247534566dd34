/**
 * A registry in etcd by its v2 REST interface: the one public way in is {@link io.forrest.etcd.EtcdV2Registry}. What knows
 * of containers, of readiness or of who may announce what belongs elsewhere.
 */
@NullMarked
@CheckReturnValue
package io.forrest.etcd;

import io.forrest.annotation.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
