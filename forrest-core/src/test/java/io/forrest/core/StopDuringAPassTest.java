package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Adoption;
import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.OnClose;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.core.internal.record.Intent;
import io.forrest.testkit.Operation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stop by a second scaler at every moment of a pass: just before, and just after, each of its calls to engine and registry, one
 * after another until there is none left to come between. The instance is stopped, and stays so, without being stopped again.
 */
class StopDuringAPassTest {

    private static final String NAME = "mine";
    private static final int CALLS = 6;

    /** How many moments there are of each harm at the least: 16 to 20 were counted. */
    private static final int MOMENTS = 10;

    /** What there is to repair of the instance. */
    private enum Harm {
        LOST,
        MOVED,
        WIPED,
        DEAD,
        LAUNCH_LEFT,
        RETIREMENT_LEFT;

        void befall(FakeWorld world) {
            Launch launch = ReconcileFaultsTest.launch(world, NAME);
            Instance instance = this == LAUNCH_LEFT ? launch.start() : launch.announce();
            switch (this) {
                case LOST -> world.registry.delete(NAME);
                case MOVED -> world.engine.restart(instance.id());
                case WIPED -> world.registry.wipe();
                case DEAD -> world.engine.kill(instance.id(), 1);
                case LAUNCH_LEFT -> new CutOff(world).cutOff(instance, Intent.LIVE);
                case RETIREMENT_LEFT -> new CutOff(world).retireCutOff(instance);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void reconcile_stoppedAtAnyMoment_isStopped(Harm harm) {
        AtomicInteger moments = new AtomicInteger();
        for (Operation operation : Operation.values()) {
            for (boolean before : new boolean[] {true, false}) {
                int call = 0;
                while (isStoppedDuringAPass(harm, operation, call, before)) {
                    call++;
                }
                moments.addAndGet(call);
            }
        }
        assertThat(moments).as("moments of a pass").hasValueGreaterThan(MOMENTS);
    }

    /** Returns whether there was such a moment. */
    private static boolean isStoppedDuringAPass(Harm harm, Operation operation, int call, boolean before) {
        FakeWorld world = ReconcileFaultsTest.world();
        try (Scaler second = world.scaler(OnClose.LEAVE)) {
            harm.befall(world);
            AtomicInteger stops = new AtomicInteger();
            Runnable stop = () -> {
                stops.incrementAndGet();
                second.stop(NAME);
            };
            var fault = world.faults.on(operation).skipping(call).once();
            if (before) {
                fault.before(stop);
            } else {
                fault.after(stop);
            }

            world.scaler.reconcile();

            world.faults.heal();
            if (stops.get() == 0) {
                return false;
            }
            String moment = (before ? "before" : "after") + " call " + call + " of " + operation;
            assertThat(world.registry.values()).as(moment).isEmpty();
            assertThat(world.engine.containers()).as(moment).isEmpty();
            world.assertNothingLeft();
            assertThat(world.scaler.reconcile().repairs()).as(moment).isEmpty();
            return true;
        } finally {
            world.end();
        }
    }

    /** As {@link #reconcile_stoppedAtAnyMoment_isStopped}, of what an open scaler does when it is told. */
    @ParameterizedTest
    @EnumSource(names = {"LOST", "MOVED", "WIPED"})
    void supervised_stoppedAtAnyMoment_isStopped(Harm harm) throws Exception {
        int moments = 0;
        for (Operation operation : new Operation[] {
            Operation.RECORD_GET,
            Operation.RECORD_SET,
            Operation.ANNOUNCEMENTS,
            Operation.FIND,
            Operation.ANNOUNCE,
            Operation.WITHDRAW
        }) {
            for (int call = 0; call < CALLS; call++) {
                if (isStoppedWhileSupervised(harm, operation, call)) {
                    moments++;
                }
            }
        }
        assertThat(moments).as("moments at which an open scaler was at it").isGreaterThanOrEqualTo(MOMENTS);
    }

    /** Returns whether there was such a moment. */
    private static boolean isStoppedWhileSupervised(Harm harm, Operation operation, int call) throws Exception {
        FakeWorld world = ReconcileFaultsTest.world();
        Scaler open = world.builder(OnClose.LEAVE)
                .supervision(Supervision.withdraw())
                .adopt(Adoption.ALL)
                .build();
        try (Scaler second = world.scaler(OnClose.LEAVE)) {
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            harm.befall(world);
            world.faults.on(operation).skipping(call).once().after(() -> {
                second.stop(NAME);
                stopped.complete(null);
            });
            // What an open scaler has to do comes to an end; a pass more has it call what it has not called so often
            for (int i = 0; i < CALLS && !stopped.isDone(); i++) {
                open.reconcile();
            }
            world.faults.heal();
            boolean during = stopped.isDone();
            if (!during) {
                second.stop(NAME);
            }
            await().pollInterval(5, TimeUnit.MILLISECONDS).untilAsserted(world::assertNothingLeft);
            open.close();
            world.assertNothingLeft();
            return during;
        } finally {
            open.close();
            world.end();
        }
    }

    @Test
    void reconcile_stoppedByItsOwnScaler_isStopped() {
        FakeWorld world = ReconcileFaultsTest.world();
        try {
            Harm.LOST.befall(world);
            world.faults.on(Operation.ANNOUNCE).once().before(() -> world.scaler.stop(NAME));

            world.scaler.reconcile();

            world.assertNothingLeft();
        } finally {
            world.end();
        }
    }
}
