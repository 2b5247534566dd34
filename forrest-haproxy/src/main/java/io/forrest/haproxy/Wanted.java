package io.forrest.haproxy;

import io.forrest.Endpoint;
import io.forrest.Names;
import io.forrest.spi.Announcement;
import io.forrest.spi.RegistryListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What shall be served: what the registry said last, and the weights that were set. A registry that falls silent changes
 * nothing. Thread-safe; the lock guards the maps alone.
 */
final class Wanted implements RegistryListener {

    static final int DEFAULT_WEIGHT = 100;

    private static final Logger LOG = LoggerFactory.getLogger(HaproxyDriver.class);

    private final Runnable changed;
    private final Map<String, Endpoint> announced = new HashMap<>();
    private final Map<String, Integer> weights = new HashMap<>();
    private final Map<String, Long> arrivals = new HashMap<>();
    private long arrived;
    private boolean known;

    /**
     * Creates it, with nothing known yet.
     *
     * @param changed run after each change; must not block
     */
    Wanted(Runnable changed) {
        this.changed = changed;
    }

    /** Returns what each instance's server shall be; empty until the registry has told. */
    synchronized Optional<Map<String, Target>> targets() {
        if (!known) {
            return Optional.empty();
        }
        Map<String, Target> targets = new HashMap<>();
        announced.forEach((name, endpoint) ->
                targets.put(name, new Target(endpoint, weights.getOrDefault(name, DEFAULT_WEIGHT))));
        return Optional.of(targets);
    }

    /** Returns whether an instance is to be served, at whatever address. */
    synchronized boolean wants(String name) {
        return announced.containsKey(name);
    }

    /**
     * Returns which arrival it was that an instance came with, counted since this driver listens; empty if it was there before,
     * or may have been, so that it may have been served before, too.
     */
    synchronized OptionalLong arrival(String name) {
        Long arrival = arrivals.get(name);
        return arrival == null ? OptionalLong.empty() : OptionalLong.of(arrival);
    }

    /**
     * Sets the weight of an instance that is announced.
     *
     * @throws IllegalArgumentException if it is out of range
     * @return whether the instance is announced
     */
    boolean weigh(String name, int weight) {
        Names.require(name, "name");
        synchronized (this) {
            Endpoint endpoint = announced.get(name);
            if (endpoint == null) {
                return false;
            }
            weights.put(name, new Target(endpoint, weight).weight());
        }
        changed.run();
        return true;
    }

    @Override
    public void snapshot(List<Announcement> announcements) {
        synchronized (this) {
            announced.clear();
            announcements.forEach(announcement -> announced.put(announcement.name(), announcement.endpoint()));
            weights.keySet().retainAll(announced.keySet());
            arrivals.keySet().retainAll(announced.keySet());
            known = true;
        }
        changed.run();
    }

    @Override
    public void announced(Announcement announcement) {
        synchronized (this) {
            if (announced.put(announcement.name(), announcement.endpoint()) == null) {
                arrivals.put(announcement.name(), ++arrived);
            }
        }
        changed.run();
    }

    @Override
    public void withdrawn(Announcement announcement) {
        synchronized (this) {
            announced.remove(announcement.name());
            weights.remove(announcement.name());
            arrivals.remove(announcement.name());
        }
        changed.run();
    }

    @Override
    public void disconnected(String why) {
        LOG.warn("the registry does not answer, so what HAProxy serves stays as it is: {}", why);
    }

    @Override
    public void reconnected() {
        LOG.info("the registry answers again");
    }
}
