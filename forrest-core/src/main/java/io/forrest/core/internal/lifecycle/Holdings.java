package io.forrest.core.internal.lifecycle;

import io.forrest.Endpoint;
import io.forrest.Instance;
import io.forrest.InstanceState;
import io.forrest.Retirement;
import io.forrest.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The verbs on instances that exist: looked at, announced, withdrawn, stopped. Thread-safe. */
public final class Holdings {

    private final EngineRoom room;
    private final Sightings sightings;
    private final Announcing announcing;
    private final Retire retire;
    private final UnderWay underWay;
    private volatile BiConsumer<String, @Nullable String> onStopped = (name, launch) -> {};

    /**
     * Creates the verbs.
     *
     * @param room what they work with
     * @param underWay knows whether the scaler is closed, and what it launched
     */
    public Holdings(EngineRoom room, UnderWay underWay) {
        this.room = room;
        this.sightings = new Sightings(room);
        this.announcing = new Announcing(room, sightings);
        this.retire = new Retire(room);
        this.underWay = underWay;
    }

    /** Has somebody told the name, and the launch if it must be of that, of each instance that is stopped from now on. */
    public void onStopped(BiConsumer<String, @Nullable String> listener) {
        onStopped = listener;
    }

    /** Returns all instances of this engine under this prefix. */
    public List<Instance> all() {
        underWay.requireOpen();
        List<Instance> all = new ArrayList<>();
        sightings.all().forEach(sighting -> all.add(new Handle(this, sighting)));
        return List.copyOf(all);
    }

    /** Returns the instance of a name. */
    public Optional<Instance> find(String name) {
        underWay.requireOpen();
        return sightings.find(name).map(sighting -> new Handle(this, sighting));
    }

    /** Takes back the instance of a name. */
    public Retirement stop(String name, @Nullable Duration drainFor) {
        underWay.requireOpen();
        String launch = underWay.launchOf(name);
        try {
            Retirement retirement = retire.retire(name, null, drainFor);
            if (launch != null) {
                underWay.retired(name, launch);
            }
            return retirement;
        } finally {
            onStopped.accept(name, null);
        }
    }

    Handle launched(Sightings.Sighting sighting) {
        return new Handle(this, sighting);
    }

    Retirement stop(String name, String launch) {
        underWay.requireOpen();
        try {
            return retireLaunch(name, launch);
        } finally {
            onStopped.accept(name, launch);
        }
    }

    /** Takes back the instance of a launch, whether the scaler is open or not. */
    public Retirement retireLaunch(String name, String launch) {
        Retirement retirement = retire.retire(name, launch, null);
        underWay.retired(name, launch);
        return retirement;
    }

    InstanceState look(String name, String launch, @Nullable Endpoint known) {
        underWay.requireOpen();
        return sightings.again(name, launch, known);
    }

    List<String> logs(String id, int lines) {
        underWay.requireOpen();
        return room.runtime().logs(id, lines);
    }

    Optional<Traffic> traffic(String name) {
        underWay.requireOpen();
        return room.serving().traffic(name);
    }

    InstanceState announce(String name, String launch) {
        underWay.requireOpen();
        return announcing.announce(name, launch);
    }

    InstanceState withdraw(String name, String launch) {
        underWay.requireOpen();
        return announcing.withdraw(name, launch);
    }
}
