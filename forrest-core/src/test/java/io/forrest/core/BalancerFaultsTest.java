package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forrest.ForrestException;
import io.forrest.Stage;
import io.forrest.testkit.FaultBuilder;
import io.forrest.testkit.Faults;
import io.forrest.testkit.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fault at every call to engine, registry and balancer: what is there afterwards is what is said. */
class BalancerFaultsTest {

    private static final Set<Operation> BALANCER =
            Set.of(Operation.AWAIT_SERVING, Operation.AWAIT_DRAINED, Operation.TRAFFIC);

    private enum Kind {
        FAIL,
        REFUSE,
        LOSE_REQUEST,
        LOSE_ANSWER;

        void befall(FaultBuilder calls) {
            switch (this) {
                case FAIL -> calls.fail();
                case REFUSE -> calls.refuse();
                case LOSE_REQUEST -> calls.loseRequest();
                case LOSE_ANSWER -> calls.loseAnswer();
            }
        }
    }

    /** Does something in a world of its own, with all balancers up. */
    private interface Scene {
        void play(FakeWorld world) throws Exception;
    }

    private static void inAWorld(Scene scene) throws Exception {
        FakeWorld world = FakeWorld.balanced();
        try {
            scene.play(world);
        } finally {
            world.end();
        }
    }

    /** Returns the calls of a launch that nothing befalls. */
    private static List<Faults.Call> calls() throws Exception {
        List<Faults.Call> calls = new ArrayList<>();
        inAWorld(world -> {
            world.faults.forgetCalls();
            world.launch().named("mine").announce();
            calls.addAll(world.faults.calls());
        });
        assertThat(calls).hasSizeGreaterThan(8).anyMatch(call -> BALANCER.contains(call.operation()));
        return calls;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void announce_anyCallEndsOtherwise_isServedOrLeavesWhatItLists(Kind kind) throws Exception {
        int count = calls().size();
        for (int at = 0; at < count; at++) {
            int spared = at;
            inAWorld(world -> {
                world.faults.forgetCalls();
                kind.befall(world.faults.onEvery().skipping(spared).once());
                Throwable thrown =
                        catchThrowable(() -> world.launch().named("mine").announce());
                Operation struck = world.asked().get(spared);
                world.faults.heal();

                assertSound(world, "mine", thrown, kind + " of " + struck);
                if (BALANCER.contains(struck)) {
                    assertThat(((ForrestException) thrown).leftBehind()).isEmpty();
                    world.assertNothingLeft();
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("interruptible")
    void announce_interruptedAtAnyCall_leavesNothing(int spared) throws Exception {
        inAWorld(world -> {
            world.faults.onEvery().skipping(spared).once().hang();
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread caller = new Thread(() ->
                    thrown.set(catchThrowable(() -> world.launch().named("mine").announce())));
            caller.start();
            world.faults.awaitHanging(1);
            caller.interrupt();
            caller.join();

            assertThat(thrown.get()).isInstanceOf(ForrestException.class);
            assertThat(((ForrestException) thrown.get()).leftBehind()).isEmpty();
            world.assertNothingLeft();
        });
    }

    static List<Integer> interruptible() throws Exception {
        int count = calls().size();
        return IntStream.range(0, count).boxed().toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void announceAndStop_severalFaults_canAlwaysBeFinished(long seed) throws Exception {
        inAWorld(world -> {
            for (int i = 0; i < 20; i++) {
                String name = "n" + i + "-" + seed;
                int spared = (int) ((i * 7L + seed * 3) % 17);
                world.faults
                        .onEvery()
                        .skipping(spared)
                        .withProbability(0.5)
                        .times(2)
                        .fail();
                world.faults
                        .onEvery()
                        .skipping(spared + 3)
                        .withProbability(0.5)
                        .times(2)
                        .loseAnswer();
                Throwable thrown =
                        catchThrowable(() -> world.launch().named(name).announce());
                Throwable stopping = catchThrowable(() -> world.scaler.stop(name));
                world.faults.heal();
                if (stopping != null) {
                    assertThat(stopping).isInstanceOf(ForrestException.class);
                }
                if (thrown != null) {
                    assertThat(thrown).isInstanceOf(ForrestException.class);
                }
                world.scaler.stop(name);
                world.assertNothingLeft();
            }
        });
    }

    private static void assertSound(FakeWorld world, String name, Throwable thrown, String fault) {
        boolean container = !world.engine.containers().isEmpty();
        boolean key = world.registry.values().containsKey(name);
        boolean record = world.registry.records().list("instances").containsKey(name);
        if (thrown == null) {
            assertThat(List.of(container, key, record)).as(fault).containsOnly(true);
            assertThat(world.scaler.find(name).orElseThrow().state().stage()).isEqualTo(Stage.SERVING);
            return;
        }
        String left = ((ForrestException) thrown).leftBehind().toString();
        assertThat(container && !left.contains("container"))
                .as("container left by " + fault)
                .isFalse();
        assertThat(key && !left.contains("key")).as("key left by " + fault).isFalse();
        assertThat(record && !left.contains("record"))
                .as("record left by " + fault)
                .isFalse();
        assertThat(key && !container)
                .as("announced without a container by " + fault)
                .isFalse();
    }
}
