package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forrest.Fleet;
import io.forrest.Judge;
import io.forrest.Launch;
import io.forrest.Rollout;
import io.forrest.RolloutException;
import io.forrest.RolloutReport;
import io.forrest.Verdict;
import io.forrest.WaveFacts;
import io.forrest.testkit.FakeImage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The fleet {@code web} of a fake world, with a second version to roll out to it. Not thread-safe; confine it to one thread. */
final class RollingFleet {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FakeWorld world;

    RollingFleet(FakeWorld world) {
        this.world = world;
        world.engine.addImage("demo/web:1", FakeImage.exposing(8080));
        world.engine.addImage("demo/web:2", FakeImage.exposing(8080));
    }

    /** Returns a launch of its first version. */
    Launch launch() {
        return world.scaler.launch("demo/web:1").drainFor(Duration.ZERO);
    }

    /** Makes the fleet. */
    Fleet of(int size) {
        Fleet fleet = launch().fleet();
        fleet.scaleTo(size);
        return fleet;
    }

    /** Returns a rollout whose waves are not observed for long. */
    static Rollout quick(Rollout rollout) {
        return rollout.observe(Duration.ofSeconds(2));
    }

    /** Runs a rollout that fails. */
    static RolloutException refused(Rollout rollout) {
        RolloutException[] caught = new RolloutException[1];
        assertThatThrownBy(rollout::run).isInstanceOfSatisfying(RolloutException.class, failure -> caught[0] = failure);
        return caught[0];
    }

    /** Returns what was done until a rollout failed. */
    static RolloutReport report(RolloutException failure) {
        return failure.report().orElseThrow();
    }

    /** Asserts that there is so much of one image, all of it announced and recorded, and nothing else. */
    void assertAll(String image, int count) {
        assertThat(world.engine.containers())
                .hasSize(count)
                .allMatch(one -> one.image().equals(image));
        assertThat(world.registry.values()).hasSize(count);
        assertThat(world.registry.records().list("instances")).hasSize(count);
        assertThat(world.registry.records().list("leases")).isEmpty();
    }

    /** Waits in a judge until the world goes on without it. */
    static final class Held implements Judge {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public Verdict judge(WaveFacts facts) {
            reached.countDown();
            try {
                goOn.await();
                return Verdict.promote();
            } catch (InterruptedException e) {
                return Verdict.promote(); // a judge that swallows an interrupt
            }
        }

        void awaitReached() throws InterruptedException {
            assertThat(reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }
}
