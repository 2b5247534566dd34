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

    /** Says that launching or retiring was interrupted, and what was done before: that much is not undone. */
    final class CutShort extends InterruptedException {
        private static final long serialVersionUID = 1L;

        private final transient List<String> launched;
        private final transient List<Retirement> retired;

        CutShort(List<String> launched, List<Retirement> retired) {
            super("launching or taking back members was interrupted");
            this.launched = List.copyOf(launched);
            this.retired = List.copyOf(retired);
        }

        /** Returns the names of those that are announced. */
        List<String> launched() {
            return launched;
        }

        /** Returns what was taken back. */
        List<Retirement> retired() {
            return retired;
        }
    }

    /**
     * Returns the members of the fleet. One that this process failed to launch or to take back whole is among them as one that
     * was abandoned, so that it is not forgotten.
     */
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
