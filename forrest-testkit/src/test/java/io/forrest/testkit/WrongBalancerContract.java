package io.forrest.testkit;

import io.forrest.Endpoint;
import io.forrest.Traffic;
import io.forrest.spi.Announcement;
import io.forrest.spi.Balancer;
import io.forrest.spi.Drained;
import io.forrest.spi.Registry;
import io.forrest.spi.Served;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract on balancers that are wrong in one way. */
abstract class WrongBalancerContract extends BalancerContract {

    private final Registry registry = new InMemoryRegistry();
    private final AtomicInteger nextPort = new AtomicInteger(32_768);

    @Override
    protected Balancer newBalancer() {
        return wrong(new FakeBalancer(registry));
    }

    @Override
    protected Registry registry() {
        return registry;
    }

    @Override
    protected Endpoint answering() {
        return Endpoint.of("10.0.0.5", nextPort.getAndIncrement());
    }

    @Override
    protected Duration patience() {
        return Duration.ofSeconds(2);
    }

    /** Returns a balancer that does as the right one, but for one thing. */
    abstract Balancer wrong(FakeBalancer right);

    /** Does as the right one, so that a wrong one has a single method to get wrong. */
    static class DelegatingBalancer implements Balancer {

        final Balancer right;

        DelegatingBalancer(Balancer right) {
            this.right = right;
        }

        @Override
        public Served awaitServing(Announcement announcement, Duration within) throws InterruptedException {
            return right.awaitServing(announcement, within);
        }

        @Override
        public Drained awaitDrained(Announcement announcement, Duration within) throws InterruptedException {
            return right.awaitDrained(announcement, within);
        }

        @Override
        public Map<String, Traffic> traffic() {
            return right.traffic();
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
