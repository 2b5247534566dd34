package io.forrest.core.metrics;

import io.forrest.ForrestEvent;
import io.forrest.Repair;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.event.EventsLost;
import io.forrest.event.InstanceDied;
import io.forrest.event.InstanceLaunched;
import io.forrest.event.InstanceReplaced;
import io.forrest.event.InstanceRestarted;
import io.forrest.event.InstanceRetired;
import io.forrest.event.Repaired;
import io.forrest.event.ReplacingSuspended;
import io.forrest.event.RolloutProgressed;
import io.forrest.event.StepFailed;
import io.forrest.event.StepReached;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Counts and times what the events of one scaler tell, in one registry. Not thread-safe; confine it to one thread. */
final class EventMeters implements Consumer<ForrestEvent> {

    private final MeterRegistry registry;
    private final Tags common;
    private final Since reserved = new Since();
    private final Since dead = new Since();

    EventMeters(MeterRegistry registry, Tags common) {
        this.registry = registry;
        this.common = common;
    }

    /** Shows that nothing was lost yet. */
    void begin() {
        lost(0);
    }

    @Override
    public void accept(ForrestEvent event) {
        if (event instanceof StepReached it) {
            reached(it);
        } else if (event instanceof StepFailed it) {
            reserved.end(it.instance());
            count("forrest.failures", "Steps that were not reached", tags(it.app(), "step", word(it.step())), 1);
        } else if (event instanceof InstanceLaunched it) {
            reserved.end(it.instance());
            String end = it.stage() == Stage.HELD ? "held" : "announced";
            count("forrest.launches", "Launches that ended well", tags(it.app(), "end", end), 1);
        } else if (event instanceof InstanceDied it) {
            dead.begin(it.instance(), it.at());
            String outOfMemory = String.valueOf(it.outOfMemory());
            count("forrest.deaths", "Containers that died", tags(it.app(), "out.of.memory", outOfMemory), 1);
        } else if (event instanceof InstanceRestarted it) {
            dead.end(it.instance());
            count("forrest.restarts", "Containers that died and run again", tags(it.app()), 1);
        } else if (event instanceof Repaired it) {
            repaired(it);
        } else if (event instanceof InstanceRetired it) {
            retired(it);
        } else if (event instanceof InstanceReplaced it) {
            count("forrest.replacements", "Successors of what died", tags(it.app()), 1);
        } else if (event instanceof ReplacingSuspended it) {
            count(
                    "forrest.replacing.suspended",
                    "Times that the budget of successors was exhausted",
                    tags(it.app()),
                    1);
        } else if (event instanceof RolloutProgressed it) {
            rolledOut(it);
        } else if (event instanceof EventsLost it) {
            lost((double) it.count());
        }
    }

    private void reached(StepReached event) {
        if (event.step() == Step.RESERVE) {
            reserved.begin(event.instance(), event.at());
        } else if (event.step() == Step.READY) {
            reserved.until(event.instance(), event.at())
                    .ifPresent(time -> time("forrest.launch.ready", "From a name to an answer", event.app(), time));
        } else if (event.step() == Step.ANNOUNCE) {
            reserved.until(event.instance(), event.at())
                    .ifPresent(time -> time(
                            "forrest.launch.announced", "From a name to a key in the registry", event.app(), time));
        }
    }

    private void repaired(Repaired event) {
        Repair repair = event.repair();
        Tags tags = tags(repair.app(), "action", word(repair.what()), "outcome", repair.failed() ? "failed" : "done");
        count("forrest.repairs", "Repairs of what did not fit", tags, 1);
        if (repair.what() == Repair.Action.WITHDRAW && !repair.failed()) {
            dead.until(repair.instance(), event.at())
                    .ifPresent(time ->
                            time("forrest.death.withdrawn", "From a death to its key being gone", repair.app(), time));
            dead.end(repair.instance());
        }
    }

    private void retired(InstanceRetired event) {
        dead.end(event.instance());
        count("forrest.retirements", "Instances that were taken back", tags(event.app()), 1);
        count(
                "forrest.sessions.cut",
                "Sessions that the stop of an instance cut",
                tags(event.app()),
                event.retirement().sessionsCut());
    }

    private void rolledOut(RolloutProgressed event) {
        if (event.state().phase().isEnd()) {
            Tags tags = tags(event.app(), "end", word(event.state().phase()));
            count("forrest.rollouts", "Rollouts that ended", tags, 1);
        }
    }

    private void lost(double amount) {
        count("forrest.events.lost", "Events that were not counted, because too many came at a time", common, amount);
    }

    private void count(String name, String description, Tags tags, double amount) {
        Counter.builder(name)
                .description(description)
                .tags(tags)
                .register(registry)
                .increment(amount);
    }

    private void time(String name, String description, String app, Duration time) {
        Timer.builder(name)
                .description(description)
                .tags(tags(app))
                .register(registry)
                .record(time);
    }

    private Tags tags(String app, String... more) {
        return common.and("app", app).and(more);
    }

    /** Returns a constant as the value of a tag: {@code finish_launch}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
