package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Fleet;
import io.forrest.FleetBusyException;
import io.forrest.FleetState;
import io.forrest.ForrestException;
import io.forrest.Judge;
import io.forrest.OnClose;
import io.forrest.ReconcileMode;
import io.forrest.Repair;
import io.forrest.Rollout;
import io.forrest.RolloutException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.Scaler;
import io.forrest.Verdict;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.ProcessMark;
import io.forrest.spi.Container;
import io.forrest.spi.RecordKey;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.FaultBuilder;
import io.forrest.testkit.InMemoryRegistry;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fleet that is scaled and rolled out by one process after another while calls of engine, registry and balancer fail, members die
 * and processes end, all by a seed; threads run side by side, so the same seed may take another course. Not thread-safe; confine it
 * to one thread.
 */
final class RandomHistory implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_DEATHS = 2;

    private final Random random;
    private final FakeWorld world;
    private final InMemoryRegistry unfaulted;
    private final InstanceRecords records;
    private final double share;
    private final Queue<String> harm = new ConcurrentLinkedQueue<>();
    private final AtomicInteger deaths = new AtomicInteger();
    private final List<String> told = new ArrayList<>();
    private final Map<RolloutPhase, Integer> phases = new EnumMap<>(RolloutPhase.class);
    private Scaler scaler;
    private @Nullable Thread closing;

    /** How many must be served while a call is under way, but for those that die. */
    private volatile int floor;

    /**
     * Creates a fleet of no members.
     *
     * @param share how many of all calls fail, lose their request, and lose their answer
     */
    RandomHistory(long seed, double share) {
        this.random = new Random(seed);
        this.world = FakeWorld.seeded(seed, random.nextInt(3) == 0);
        this.unfaulted = world.unfaulted();
        this.records = new InstanceRecords(unfaulted.records(), unfaulted.prefix());
        this.share = share;
        this.scaler = world.scaler;
        FakeImage image = FakeImage.exposing(8080).healthAfter(Duration.ZERO, Container.Health.HEALTHY);
        world.engine.addImage("demo/web:1", image);
        world.engine.addImage("demo/web:2", image);
    }

    private Fleet made() {
        return scaler.launch("demo/web:1").app("web").drainFor(Duration.ZERO).fleet();
    }

    /** Makes the fleet, amid faults at first. */
    void begin(int size) {
        attempt("make " + size, 0, () -> made().scaleTo(size));
        nextProcess();
        assertThat(made().scaleTo(size).size()).isEqualTo(size);
    }

    /** Does something to the fleet amid faults. */
    void step(int most) {
        Fleet fleet = scaler.fleet("web");
        int size = fleet.state().map(FleetState::size).orElseThrow();
        Optional<Rollout> begun = fleet.rollout();
        if (begun.isPresent() && random.nextBoolean()) {
            attempt("resume", size, () -> begun.get().judge(judge()).resume());
        } else if (begun.isPresent()) {
            attempt("roll back", size, () -> begun.get().rollBack());
        } else if (random.nextInt(3) == 0) {
            int wanted = random.nextInt(most + 1);
            attempt("scale to " + wanted, Math.min(size, wanted), () -> fleet.scaleTo(wanted));
        } else {
            String image = "demo/web:" + (1 + random.nextInt(2));
            attempt(
                    "roll out " + image,
                    size,
                    () -> fleet.rollOut(image)
                            .observe(Duration.ofSeconds(2))
                            .judge(judge())
                            .run());
        }
    }

    private Judge judge() {
        Random own = new Random(random.nextLong());
        return facts -> {
            int fate = own.nextInt(12);
            return fate == 0
                    ? Verdict.rollBack("it looks bad")
                    : fate < 3 ? Verdict.extend("not sure") : Judge.alive().judge(facts);
        };
    }

    private void attempt(String what, int size, Supplier<Object> call) {
        floor = Math.min(size, (int) served().stream().filter(this::isLive).count());
        deaths.set(0);
        boolean over = false;
        disturb();
        try {
            Object result = call.get();
            told.add(what);
            if (result instanceof RolloutReport report) {
                phases.merge(report.state().phase(), 1, Integer::sum);
            }
        } catch (ForrestException e) {
            told.add(what + ": " + e);
            over = e
                    instanceof
                    FleetBusyException; // a lease that could not be given up runs out, or goes with its process
            if (e instanceof RolloutException failure) {
                phases.merge(failure.report().orElseThrow().state().phase(), 1, Integer::sum);
            }
        } catch (IllegalStateException e) {
            told.add(what + ": " + e);
            assertThat(closing).as("%s", told).isNotNull();
        } finally {
            boolean unused = Thread.interrupted();
            world.faults.heal();
        }
        assertThat(harm).as("%s", told).isEmpty();
        if (over || closing != null || random.nextInt(4) == 0) {
            nextProcess();
        }
    }

    private void disturb() {
        world.faults.onEvery().withProbability(share).fail();
        world.faults.onEvery().withProbability(share).loseRequest();
        world.faults.onEvery().withProbability(share).loseAnswer();
        world.faults.on(Operation.START).withProbability(share).failHalfway();
        world.faults.on(Operation.LIST).withProbability(0.05).before(this::letOneDie);
        world.faults.on(Operation.WITHDRAW).after(this::look);
        Thread caller = Thread.currentThread();
        FaultBuilder once = world.faults
                .on(Operation.START, Operation.ANNOUNCE, Operation.WITHDRAW, Operation.STOP, Operation.LIST)
                .skipping(random.nextInt(80))
                .once();
        switch (random.nextInt(5)) {
            case 0 -> once.before(caller::interrupt);
            case 1 -> {
                Thread ends = new Thread(scaler::close, "ends");
                closing = ends;
                once.before(ends::start);
            }
            default -> {}
        }
    }

    private void letOneDie() {
        List<String> alive = served();
        if (!alive.isEmpty() && deaths.get() < MOST_DEATHS) {
            deaths.incrementAndGet();
            world.engine.kill(alive.get(deaths.get() % alive.size()), 137);
        }
    }

    /** Looks whether enough are served, but for those that died, and those that are to be announced again (see {@link #assertEnds}). */
    private void look() {
        int served = served().size();
        if (served < floor - deaths.get() && served + unannounced() < floor - deaths.get()) {
            harm.add(served + " served of " + floor + " but for " + deaths);
        }
    }

    private Stream<String> running() {
        return world.engine.containers().stream()
                .filter(container -> container.status() == Container.Status.RUNNING)
                .map(Container::name);
    }

    /** Returns who runs and is announced. */
    private List<String> served() {
        Set<String> announced = unfaulted.values().keySet();
        return running().filter(announced::contains).toList();
    }

    private long unannounced() {
        Set<String> announced = unfaulted.values().keySet();
        return running()
                .filter(name -> !announced.contains(name) && isLive(name))
                .count();
    }

    private boolean isLive(String name) {
        return intent(name).filter(Intent.LIVE::equals).isPresent();
    }

    private Optional<Intent> intent(String name) {
        return records.find(name).map(stored -> stored.value()).map(InstanceRecord::intent);
    }

    /** Ends the process, so that what it was at work on is known to be left, and begins another. */
    private void nextProcess() {
        scaler.close();
        Thread ends = closing;
        if (ends != null) {
            await().atMost(PATIENCE).until(() -> !ends.isAlive());
            closing = null;
        }
        for (String folder : List.of("instances", "leases")) {
            unfaulted.records().list(folder).forEach((name, text) -> {
                String ended = text.replace(ProcessMark.own(), CutOff.DEAD);
                assertThat(unfaulted.records().compareAndSet(new RecordKey(folder, name), text, ended))
                        .isTrue();
            });
        }
        scaler = world.scaler(OnClose.LEAVE);
    }

    /** Returns how often a rollout that was run amid faults stood at a phase in the end. */
    Map<RolloutPhase, Integer> phases() {
        return Map.copyOf(phases);
    }

    /** Has this process or another end what is under way, with nothing in its way, and asserts that the fleet is whole. */
    void assertEnds() {
        if (random.nextBoolean() || !unfaulted.records().list("leases").isEmpty()) {
            nextProcess();
        }
        Fleet fleet = scaler.fleet("web");
        Optional<Rollout> begun = fleet.rollout();
        if (begun.isPresent() && random.nextBoolean()) {
            var unused = begun.get().judge(Judge.alive()).resume();
        } else if (begun.isPresent()) {
            var unused = begun.get().rollBack();
        } else {
            fleet.scaleTo(fleet.state().map(FleetState::size).orElseThrow());
        }
        // A launch that failed, and whose undoing failed twice, is a member whose key is missing: supervision sees to
        // that.
        assertThat(scaler.reconcile().repairs())
                .as("%s", told)
                .allMatch(repair -> repair.what() == Repair.Action.ANNOUNCE);
        FleetState state = fleet.state().orElseThrow();
        assertThat(state.rollout()).isEmpty();
        List<Container> members = world.engine.containers();
        assertThat(members)
                .as("%s, %s", state, told)
                .hasSize(state.size())
                .allMatch(one -> one.status() == Container.Status.RUNNING)
                .allMatch(one -> one.image().equals(state.image()))
                .allMatch(one ->
                        String.valueOf(state.generation()).equals(one.labels().get("io.forrest.generation")));
        Set<String> names = members.stream().map(Container::name).collect(Collectors.toSet());
        assertThat(unfaulted.values().keySet()).as("%s", told).isEqualTo(names);
        assertThat(unfaulted.records().list("instances").keySet())
                .as("%s", told)
                .isEqualTo(names);
        assertThat(unfaulted.records().list("leases")).as("%s", told).isEmpty();
        assertThat(scaler.reconcile(ReconcileMode.DRY_RUN).repairs())
                .as("%s", told)
                .isEmpty();
        fleet.stop();
        world.assertNothingLeft();
        assertThat(unfaulted.records().list("fleets")).as("%s", told).isEmpty();
    }

    @Override
    public void close() {
        scaler.close();
        world.end();
    }

    /** Returns what was done, and what came of it. */
    @Override
    public String toString() {
        return String.join("\n", told);
    }
}
