package io.forrest.haproxy;

import io.forrest.spi.Balancer;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;

/** The reading of the page, which cannot see all sessions. */
class HaproxyPageContractTest extends HaproxyBalancers {

    @AutoClose
    @SuppressWarnings("unused") // it drives
    private final HaproxyDriver elsewhere = driver();

    @Override
    protected Balancer newBalancer() {
        return HaproxyStats.at(haproxy().page()).build();
    }

    @Override
    protected boolean seesAllSessions() {
        return false;
    }

    @Override
    protected Duration drainPatience() {
        return Duration.ofSeconds(3); // which every drain takes whole
    }
}
