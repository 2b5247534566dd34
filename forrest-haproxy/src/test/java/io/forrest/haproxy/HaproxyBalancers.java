package io.forrest.haproxy;

import io.forrest.Endpoint;
import io.forrest.spi.Registry;
import io.forrest.testkit.BalancerContract;
import io.forrest.testkit.InMemoryRegistry;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;

/** The contract of balancers over a real HAProxy that a driver drives. */
abstract class HaproxyBalancers extends BalancerContract {

    private static HaproxyFixture haproxy;

    @AutoClose
    private final InMemoryRegistry registry = new InMemoryRegistry();

    @AutoClose
    private final Origins origins = new Origins();

    /** JUnit closes it after the contract has taken back what it announced. */
    private static final class Origins extends ArrayList<Origin> implements AutoCloseable {
        private static final long serialVersionUID = 1L;

        @Override
        public void close() {
            forEach(Origin::close);
        }
    }

    @BeforeAll
    static void start() {
        haproxy = HaproxyFixture.builder().start();
    }

    @AfterAll
    static void stop() {
        haproxy.close();
    }

    static HaproxyFixture haproxy() {
        return haproxy;
    }

    HaproxyDriver driver() {
        return HaproxyDriver.watching(registry)
                .backend(haproxy.backend())
                .allowEmpty()
                .instance(HaproxyInstance.at(haproxy.socket()).masterSocket(haproxy.masterSocket()))
                .start();
    }

    @Override
    protected Registry registry() {
        return registry;
    }

    @Override
    protected Endpoint answering() {
        Origin origin = Origin.start("origin-" + origins.size());
        origins.add(origin);
        return origin.endpoint();
    }
}
