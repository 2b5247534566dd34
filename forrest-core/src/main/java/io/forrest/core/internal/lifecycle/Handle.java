package io.forrest.core.internal.lifecycle;

import io.forrest.Endpoint;
import io.forrest.Instance;
import io.forrest.InstanceState;
import io.forrest.Retirement;
import io.forrest.Traffic;
import java.util.List;
import java.util.Optional;

/** An instance in the hands of a user. Its verbs reach no other launch of the same name. */
final class Handle implements Instance {

    private static final int MAX_LINES = 10_000;

    private final Holdings holdings;
    private final Sightings.Sighting sighting;
    private volatile InstanceState state;

    Handle(Holdings holdings, Sightings.Sighting sighting) {
        this.holdings = holdings;
        this.sighting = sighting;
        this.state = sighting.state();
    }

    @Override
    public String id() {
        return sighting.id();
    }

    @Override
    public String name() {
        return sighting.identity().name();
    }

    @Override
    public String app() {
        return sighting.identity().app();
    }

    @Override
    public String image() {
        return sighting.image();
    }

    String launch() {
        return sighting.identity().launch();
    }

    @Override
    public Endpoint endpoint() {
        return state.endpoint()
                .orElseThrow(() ->
                        new IllegalStateException(name() + " had no endpoint when it was seen as " + state.stage()));
    }

    @Override
    public InstanceState state() {
        return state;
    }

    @Override
    public InstanceState refresh() {
        state = holdings.look(name(), launch(), state.endpoint().orElse(null));
        return state;
    }

    @Override
    public Instance announce() {
        state = holdings.announce(name(), launch());
        return this;
    }

    @Override
    public Instance withdraw() {
        state = holdings.withdraw(name(), launch());
        return this;
    }

    @Override
    public Retirement stop() {
        return holdings.stop(name(), launch());
    }

    @Override
    public List<String> logs(int lines) {
        if (lines < 1 || lines > MAX_LINES) {
            throw new IllegalArgumentException("lines must be from 1 to 10000, was " + lines);
        }
        return id().isEmpty() ? List.of() : holdings.logs(id(), lines);
    }

    @Override
    public Optional<Traffic> traffic() {
        return holdings.traffic(name());
    }

    /** Returns name, app, image and state. */
    @Override
    public String toString() {
        return name() + " of " + app() + " (" + image() + "): " + state;
    }
}
