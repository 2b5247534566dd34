package io.forrest.haproxy;

import io.forrest.spi.Balancer;

class HaproxyDriverContractTest extends HaproxyBalancers {

    @Override
    protected Balancer newBalancer() {
        return driver();
    }
}
