package io.forrest.core.internal.fleet;

import static java.util.Objects.requireNonNull;

import io.forrest.Judge;
import io.forrest.Launch;
import io.forrest.Rollout;
import io.forrest.RolloutReport;
import io.forrest.RolloutState;
import io.forrest.Wave;
import io.forrest.core.internal.concurrent.Durations;
import io.forrest.core.internal.concurrent.Joining;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.lifecycle.Template;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A rollout whose every option is a copy with one thing changed. Immutable and thread-safe. */
final class FluentRollout implements Rollout {

    private static final int MAX_WAVES = 100;
    private static final int MAX_EXTENSIONS = 1_000;

    private final FleetRoom room;
    private final String app;
    private final RolloutOptions options;
    private final @Nullable Function<Launch, Template> change;
    private final @Nullable RolloutState begun;
    private final Runnable onPromoted;

    private FluentRollout(
            FleetRoom room,
            String app,
            RolloutOptions options,
            @Nullable Function<Launch, Template> change,
            @Nullable RolloutState begun,
            Runnable onPromoted) {
        this.room = room;
        this.app = app;
        this.options = options;
        this.change = change;
        this.begun = begun;
        this.onPromoted = onPromoted;
    }

    /** Returns the rollout of a change, all of it at its defaults. */
    static Rollout of(FleetRoom room, String app, Function<Launch, Template> change, Runnable onPromoted) {
        return new FluentRollout(room, app, RolloutOptions.DEFAULT, change, null, onPromoted);
    }

    /** Returns a rollout that has been begun. */
    static Rollout begun(FleetRoom room, String app, RolloutState state, Runnable onPromoted) {
        return new FluentRollout(room, app, RolloutOptions.DEFAULT, null, state, onPromoted);
    }

    private Rollout with(RolloutOptions changed) {
        return new FluentRollout(room, app, changed, change, begun, onPromoted);
    }

    private void requireNew(String option) {
        if (begun != null) {
            throw new IllegalStateException("the rollout " + begun.id() + " has been begun, and its " + option
                    + " is recorded: only its judge may be given again");
        }
    }

    @Override
    public Rollout waves(Wave... waves) {
        requireNew("waves");
        List<Wave> some = List.of(waves);
        if (some.isEmpty() || some.size() > MAX_WAVES) {
            throw new IllegalArgumentException("a rollout must have 1 to 100 waves, had " + some.size());
        }
        return with(new RolloutOptions(some, options.observe(), options.givenJudge(), options.extendAtMost()));
    }

    @Override
    public Rollout observe(Duration time) {
        requireNew("observe");
        Durations.requireTime(time, "observe");
        return with(new RolloutOptions(options.waves(), time, options.givenJudge(), options.extendAtMost()));
    }

    @Override
    public Rollout judge(Judge judge) {
        requireNonNull(judge, "judge");
        return with(new RolloutOptions(options.waves(), options.observe(), judge, options.extendAtMost()));
    }

    @Override
    public Rollout extendAtMost(int times) {
        requireNew("extendAtMost");
        if (times < 0 || times > MAX_EXTENSIONS) {
            throw new IllegalArgumentException("extendAtMost must be from 0 to 1000, was " + times);
        }
        return with(new RolloutOptions(options.waves(), options.observe(), options.givenJudge(), times));
    }

    @Override
    public Optional<RolloutState> state() {
        return Optional.ofNullable(begun);
    }

    @Override
    public RolloutReport run() {
        return Joining.join(begin());
    }

    @Override
    public CompletableFuture<RolloutReport> runAsync() {
        return begin();
    }

    private Operation<RolloutReport> begin() {
        if (change == null) {
            throw new IllegalStateException("the rollout " + id() + " has been begun: resume it, or roll it back");
        }
        Operation<RolloutReport> operation = new Rollouts(room, onPromoted).run(app, options, change);
        room.begin(operation);
        return operation;
    }

    @Override
    public RolloutReport resume() {
        Operation<RolloutReport> operation = new Rollouts(room, onPromoted).resume(app, id(), options);
        room.begin(operation);
        return Joining.join(operation);
    }

    @Override
    public RolloutReport rollBack() {
        Operation<RolloutReport> operation = new Rollouts(room, onPromoted).rollBack(app, id());
        room.begin(operation);
        return Joining.join(operation);
    }

    private String id() {
        if (begun == null) {
            throw new IllegalStateException("this rollout has not been begun: run it, or find the one that has by"
                    + " fleet(\"" + app + "\").rollout()");
        }
        return begun.id();
    }

    /** Returns the app, and where it stood if it has been begun. */
    @Override
    public String toString() {
        return begun == null ? "rollout of fleet " + app : begun + " of fleet " + app;
    }
}
