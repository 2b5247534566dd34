package io.forrest.haproxy;

import io.forrest.spi.Balancer;
import org.junit.jupiter.api.AutoClose;

/** The reading of a socket with its master, of an HAProxy that is driven by somebody else. */
class HaproxyStatsContractTest extends HaproxyBalancers {

    @AutoClose
    @SuppressWarnings("unused") // it drives
    private final HaproxyDriver elsewhere = driver();

    @Override
    protected Balancer newBalancer() {
        return HaproxyStats.at(haproxy().socket())
                .backend(haproxy().backend())
                .masterSocket(haproxy().socket(), haproxy().masterSocket())
                .build();
    }
}
