package io.forrest.testkit.implementer;

import io.forrest.Endpoint;
import io.forrest.spi.Balancer;
import io.forrest.spi.Registry;
import io.forrest.testkit.BalancerContract;
import io.forrest.testkit.FakeBalancer;
import io.forrest.testkit.InMemoryRegistry;
import java.util.concurrent.atomic.AtomicInteger;

class FakeBalancerTest extends BalancerContract {

    private final Registry registry = new InMemoryRegistry();
    private final AtomicInteger nextPort = new AtomicInteger(32_768);

    @Override
    protected Balancer newBalancer() {
        return new FakeBalancer(registry);
    }

    @Override
    protected Registry registry() {
        return registry;
    }

    @Override
    protected Endpoint answering() {
        return Endpoint.of("10.0.0.5", nextPort.getAndIncrement());
    }
}
