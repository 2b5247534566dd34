package io.forrest.core.internal.fleet;

import static java.util.Objects.requireNonNull;

import io.forrest.Fleet;
import io.forrest.FleetState;
import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.Rollout;
import io.forrest.RolloutState;
import io.forrest.Scaling;
import io.forrest.core.internal.lifecycle.FluentLaunch;
import io.forrest.core.internal.lifecycle.Holdings;
import io.forrest.core.internal.lifecycle.Template;
import io.forrest.core.internal.record.FleetRecord;
import io.forrest.core.internal.record.RolloutRecord;
import io.forrest.core.internal.record.StoredFleet;
import io.forrest.spi.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A fleet that is changed under its lease alone. Thread-safe. */
final class LeasedFleet implements Fleet {

    private static final int MAX_SIZE = 1_000;

    private final FleetRoom room;
    private final Holdings holdings;
    private final Scalings scalings;
    private final String app;

    /** What it was made by; null: whatever is recorded, as after a rollout of its own. */
    private volatile @Nullable Template template;

    LeasedFleet(FleetRoom room, Holdings holdings, Scalings scalings, String app, @Nullable Template template) {
        this.room = room;
        this.holdings = holdings;
        this.scalings = scalings;
        this.app = app;
        this.template = template;
    }

    @Override
    public String app() {
        return app;
    }

    @Override
    public Optional<FleetState> state() {
        room.underWay.requireOpen();
        return room.records.find(app).map(StoredFleet::value).map(this::state);
    }

    private FleetState state(FleetRecord record) {
        RolloutRecord rollout = record.rollout();
        return new FleetState(
                record.size(),
                record.image(),
                record.generation(),
                room.template(app, record.template()).missing(),
                rollout == null ? null : rollout.state(record.image()));
    }

    @Override
    public List<Instance> instances() {
        return holdings.all().stream()
                .filter(instance -> instance.app().equals(app))
                .toList();
    }

    private static void requireSize(int size) {
        if (size < 0 || size > MAX_SIZE) {
            throw new IllegalArgumentException("a fleet's size must be from 0 to 1000, was " + size);
        }
    }

    @Override
    public Scaling scaleTo(int size) {
        requireSize(size);
        return scalings.scaleTo(app, template, size);
    }

    @Override
    public CompletableFuture<Scaling> scaleToAsync(int size) {
        requireSize(size);
        return scalings.scaleToAsync(app, template, size);
    }

    @Override
    public Rollout rollOut(String image) {
        return rollOut(image, UnaryOperator.identity());
    }

    @Override
    public Rollout rollOut(UnaryOperator<Launch> change) {
        requireNonNull(change, "change");
        return FluentRollout.of(
                room,
                app,
                launch -> FluentLaunch.template(requireNonNull(change.apply(launch), "the change's result")),
                this::promoted);
    }

    private void promoted() {
        template = null;
    }

    @Override
    public Rollout rollOut(String image, UnaryOperator<Launch> change) {
        ImageReference reference = ImageReference.parse(image);
        requireNonNull(change, "change");
        return FluentRollout.of(
                room,
                app,
                launch -> FluentLaunch.template(
                        requireNonNull(change.apply(launch), "the change's result"), reference.toString()),
                this::promoted);
    }

    @Override
    public Optional<Rollout> rollout() {
        room.underWay.requireOpen();
        return room.find(app)
                .map(StoredFleet::value)
                .flatMap(record -> Optional.ofNullable(record.rollout())
                        .map(rollout -> FluentRollout.begun(room, app, state(record, rollout), this::promoted)));
    }

    private static RolloutState state(FleetRecord record, RolloutRecord rollout) {
        return rollout.state(record.image());
    }

    @Override
    public Scaling stop() {
        return scalings.stop(app);
    }

    /** Returns the app. */
    @Override
    public String toString() {
        return "fleet " + app;
    }
}
