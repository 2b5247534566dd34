package io.forrest.core.internal.fleet;

import io.forrest.Retirement;
import io.forrest.Traffic;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.Template;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the work on a fleet is done with: engine, registry and time, or a model of them. Implementations are thread-safe. */
interface Hands {

    /**
     * What came of launching or retiring several. Immutable and thread-safe.
     *
     * @param done what was done
     * @param failures what failed
     * @param <T> what is done
     */
    record Done<T>(List<T> done, List<RuntimeException> failures) {

        /** Copies the lists. */
        public Done {
            done = List.copyOf(done);
            failures = List.copyOf(failures);
        }
    }

    /** Returns the members of the fleet. */
    List<Member> members();

    /**
     * Launches members side by side, waits for all of them, and returns the names of those that are announced.
     *
     * @param together whether the first failure keeps the rest from being launched
     */
    Done<String> launch(Template template, int generation, int count, boolean together) throws InterruptedException;

    /** Takes members back side by side and waits for all of them. */
    Done<Retirement> retire(List<Member> members) throws InterruptedException;

    /** Returns the container ids of those members whose HEALTHCHECK fails. */
    Set<String> unhealthy(List<Member> members);

    /** Returns what the balancer sends, by name. */
    Map<String, Traffic> traffic();

    /** Returns the last log lines of a member. */
    List<String> logs(Member member);

    /** Waits. */
    void sleep(Duration time) throws InterruptedException;

    /** Returns the count of nanoseconds that waiting is measured by. */
    long nanoTime();
}
