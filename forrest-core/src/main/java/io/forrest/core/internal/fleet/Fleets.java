package io.forrest.core.internal.fleet;

import io.forrest.Fleet;
import io.forrest.Names;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.lifecycle.Holdings;
import io.forrest.core.internal.lifecycle.Template;

/** Makes the fleets of a scaler. Thread-safe. */
public final class Fleets {

    private final FleetRoom room;
    private final Holdings holdings;
    private final Scalings scalings;

    /** Creates what makes them. */
    public Fleets(FleetRoom room, Holdings holdings) {
        this.room = room;
        this.holdings = holdings;
        this.scalings = new Scalings(room);
    }

    /** Returns the fleet of an app, with the template that is recorded. */
    public Fleet fleet(String app) {
        return new LeasedFleet(room, holdings, scalings, Names.require(app, "app"), null);
    }

    /** Returns the fleet of a template. */
    public Fleet fleet(Template template) {
        room.remember(template);
        return new LeasedFleet(room, holdings, scalings, template.app(), template);
    }

    /**
     * Forgets those fleets all of whose members this scaler launched, because it is about to take them back: nobody is to bring
     * them back to their size. What it does not come to by the deadline stays.
     */
    public void forgetOwn(Deadline deadline) {
        room.forgetOwn(deadline);
    }
}
