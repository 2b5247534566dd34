package io.forrest.core.internal.supervise;

import io.forrest.core.internal.concurrent.Durations;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many successors of one app may be launched, and when the next: a count over a sliding time, and pauses that double while
 * successors do not live for longer than them. Not thread-safe; its owner's lock guards it.
 */
final class Budget {

    private final int atMost;
    private final Duration per;
    private final Duration first;
    private final Duration longest;
    private final Deque<Long> spent = new ArrayDeque<>();
    private Duration pause;
    private boolean exhaustionTold;

    Budget(int atMost, Duration per, Duration first, Duration longest) {
        this.atMost = atMost;
        this.per = per;
        this.first = first;
        this.longest = longest;
        this.pause = first;
    }

    /** Returns how many may be launched now. */
    int left(long now) {
        while (!spent.isEmpty() && now - spent.peekFirst() >= per.toNanos()) {
            spent.removeFirst();
        }
        return atMost - spent.size();
    }

    /** Notes that some were launched, or tried to be. */
    void spend(int count, long now) {
        for (int i = 0; i < count; i++) {
            spent.addLast(now);
        }
    }

    /** Returns how long to wait before the next attempt, and has the one after it wait longer. */
    Duration nextPause(long now) {
        Long last = spent.peekLast();
        if (last == null || now - last > pause.toNanos()) {
            pause = first;
        }
        Duration next = pause;
        pause = Durations.shorter(pause.multipliedBy(2), longest);
        return next;
    }

    /** Returns how long to wait until there is room again. */
    Duration untilLeft(long now) {
        Long oldest = spent.peekFirst();
        return oldest == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, oldest + per.toNanos() - now));
    }

    /** Returns whether its exhaustion is to be told now: once, until a successor has lived for its whole time. */
    boolean tellExhaustion() {
        boolean tell = !exhaustionTold;
        exhaustionTold = true;
        return tell;
    }

    /** Notes that nothing is missing at a time. */
    void well(long now) {
        Long last = spent.peekLast();
        if (last == null || now - last >= per.toNanos()) {
            exhaustionTold = false;
        }
    }
}
