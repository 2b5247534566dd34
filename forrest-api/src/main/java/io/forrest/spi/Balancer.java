package io.forrest.spi;

import io.forrest.Traffic;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What routes traffic to announced instances: one balancer, or several that stand side by side and all route to the same
 * ones. A scaler only asks it; it learns from the registry what to serve. Thread-safe.
 *
 * @implSpec Extend {@code io.forrest.testkit.BalancerContract} for an implementation: it is the specification as tests.
 */
public interface Balancer extends AutoCloseable {

    /**
     * Waits until an announced instance is sent traffic: every balancer that can be reached serves it at its endpoint, and at
     * least one can be reached. Blocks until then, or until the time is over. Changes nothing.
     *
     * @param announcement the instance, which stands in the registry
     * @param within how long to wait; zero looks once
     * @return what came of it; if it is not served, who is not serving it and why
     * @throws InterruptedException if interrupted before or meanwhile
     */
    Served awaitServing(Announcement announcement, Duration within) throws InterruptedException;

    /**
     * Waits until a withdrawn instance may be stopped: no balancer will send it anything more, nor holds a session to it.
     * Blocks until then, or until the time is over. Changes nothing.
     *
     * @param announcement the instance, which stood in the registry
     * @param within how long to wait; zero looks once
     * @return what came of it; if it is not drained, who is not done with it and why
     * @throws InterruptedException if interrupted before or meanwhile
     * @implSpec A balancer that cannot be reached, or that cannot see all of its sessions, has the whole time waited: only
     *     what was seen ends it early.
     */
    Drained awaitDrained(Announcement announcement, Duration within) throws InterruptedException;

    /**
     * Returns what each instance is sent. Blocks for one look at every balancer. Changes nothing.
     *
     * @return the traffic by the names of instances; an instance that no balancer knows is not among them
     * @throws io.forrest.BalancerException if no balancer can be reached
     */
    Map<String, Traffic> traffic();

    /**
     * Returns what one instance is sent. Blocks for one look at every balancer. Changes nothing.
     *
     * @param name the instance's name
     * @return its traffic; empty if no balancer knows it
     * @throws io.forrest.BalancerException if no balancer can be reached
     */
    default Optional<Traffic> traffic(String name) {
        return Optional.ofNullable(traffic().get(name));
    }

    /**
     * Ends this object's threads and connections. What is served stays served. Closing again does nothing; every other method
     * throws {@link IllegalStateException} afterwards.
     */
    @Override
    void close();
}
