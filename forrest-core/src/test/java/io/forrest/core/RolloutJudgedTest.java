package io.forrest.core;

import static io.forrest.core.RollingFleet.quick;
import static io.forrest.core.RollingFleet.refused;
import static io.forrest.core.RollingFleet.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forrest.Fleet;
import io.forrest.Judge;
import io.forrest.OnClose;
import io.forrest.Readiness;
import io.forrest.Rollout;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.Scaler;
import io.forrest.Verdict;
import io.forrest.Wave;
import io.forrest.WaveFacts;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.FakeMember;
import io.forrest.testkit.InMemoryRegistry;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rollouts are judged by what balancers and HEALTHCHECKs say while their members are observed. */
final class RolloutJudgedTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final FakeWorld world = FakeWorld.balanced();

    private final RollingFleet web = new RollingFleet(world);
    private final InMemoryRegistry unfaulted = world.unfaulted();

    private String recorded() {
        return unfaulted.records().list("fleets").getOrDefault("web", "");
    }

    private boolean isObserving() {
        return recorded().contains("\"phase\":\"OBSERVING\"");
    }

    /** Has each look at the balancer find so many more requests of each member, a fifth of the new ones' failed, and at its own pace. */
    private void letTrafficCome(long more) {
        AtomicLong requests = new AtomicLong();
        world.faults.on(Operation.TRAFFIC).during(this::isObserving).before(() -> {
            long now = requests.addAndGet(more);
            world.engine.containers().forEach(one -> {
                boolean fresh = one.image().equals("demo/web:2");
                FakeMember balancer = world.balancer.member("one");
                balancer.count(one.name(), now, fresh ? now / 5 : 0, Duration.ofMillis(fresh ? 16 : 8));
            });
        });
    }

    @Test
    void run_newOnesFailMoreOften_isRolledBackWithTheFigures() {
        Fleet fleet = web.of(2);
        letTrafficCome(1000);

        var failure = refused(quick(fleet.rollOut("demo/web:2")).judge(Judge.noWorseThanOld()));

        assertThat(failure).hasMessageContaining("the new members fail more often: ");
        WaveFacts facts = report(failure).facts().get(0);
        assertThat(facts.freshTraffic().errorRate()).isEqualTo(0.2);
        assertThat(facts.oldTraffic().requests()).isGreaterThanOrEqualTo(2000);
        assertThat(facts.oldTraffic().errors()).isZero();
        web.assertAll("demo/web:1", 2);
    }

    @Test
    void run_oneNewMemberGivesMostErrors_isRolledBackWithItsLog() {
        Fleet fleet = web.of(2);
        world.engine.addImage("demo/web:2", FakeImage.exposing(8080).logs("an answer of 500", "its stack trace"));
        AtomicLong errors = new AtomicLong();
        List<String> worst = new ArrayList<>();
        world.faults.on(Operation.TRAFFIC).during(this::isObserving).before(() -> {
            long now = errors.addAndGet(10);
            List<String> fresh = world.engine.containers().stream()
                    .filter(one -> one.image().equals("demo/web:2"))
                    .map(Container::name)
                    .toList();
            worst.add(fresh.get(1));
            world.balancer.member("one").count(fresh.get(1), now, now, Duration.ofMillis(8));
        });

        var failure = refused(quick(fleet.rollOut("demo/web:2"))
                .waves(Wave.all())
                .judge(facts -> Verdict.rollBack("answers of 500")));

        assertThat(report(failure).logTail()).containsExactly("an answer of 500", "its stack trace");
        assertThat(world.faults.calls())
                .filteredOn(call -> call.operation() == Operation.LOGS)
                .singleElement()
                .satisfies(call -> assertThat(call.subject()).isEqualTo(worst.get(0)));
    }

    @Test
    void run_newOnesAreSentNothing_isExtendedAndThenRolledBack() {
        Fleet fleet = web.of(1);

        var failure = refused(
                quick(fleet.rollOut("demo/web:2")).judge(Judge.noWorseThanOld()).extendAtMost(2));

        assertThat(failure)
                .hasMessageContaining(
                        "after 2 extensions: the new members were sent 0 requests, too few to judge: 100");
        web.assertAll("demo/web:1", 1);
    }

    @Test
    void resume_noWorseThanOldOfItsOwnValues_isJudgedByThem() throws Exception {
        Fleet fleet = web.of(2);
        CountDownLatch observed = new CountDownLatch(1);
        world.faults.on(Operation.TRAFFIC).during(this::isObserving).once().before(() -> {
            observed.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        CompletableFuture<RolloutReport> left = quick(fleet.rollOut("demo/web:2"))
                .waves(Wave.all())
                .judge(Judge.noWorseThanOld().moreErrors(0.25).slower(3).minRequests(7))
                .runAsync();
        assertThat(observed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        world.scaler.close();
        assertThatThrownBy(() -> left.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasMessageContaining("scaler was closed");
        world.faults.heal();
        assertThat(recorded()).contains("\"judge\":\"noWorseThanOld 0.25 3.0 7\"");
        letTrafficCome(10);

        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Rollout found = other.fleet("web").rollout().orElseThrow();
            RolloutReport report = found.resume();

            assertThat(report.state().phase()).isEqualTo(RolloutPhase.PROMOTED);
            assertThat(report.facts())
                    .singleElement()
                    .satisfies(facts ->
                            assertThat(facts.freshTraffic().errorRate()).isEqualTo(0.2));
            web.assertAll("demo/web:2", 2);
        }
    }

    /** Has the HEALTHCHECK of the new ones fail once they are observed. */
    private void letHealthFail() {
        world.faults
                .on(Operation.LIST)
                .during(this::isObserving)
                .before(() -> world.engine.containers().stream()
                        .filter(one -> one.image().equals("demo/web:2"))
                        .forEach(one -> world.engine.health(one.name(), Container.Health.UNHEALTHY)));
    }

    @Test
    void run_healthcheckFailsWhileObserved_isRolledBackAtOnce() {
        Fleet fleet = web.of(2);
        world.engine.addImage(
                "demo/web:2", FakeImage.exposing(8080).healthAfter(Duration.ZERO, Container.Health.HEALTHY));
        letHealthFail();

        var failure = refused(fleet.rollOut("demo/web:2").observe(Duration.ofHours(1)));

        assertThat(failure).hasMessageContaining("is unhealthy");
        assertThat(report(failure).facts())
                .singleElement()
                .satisfies(facts -> assertThat(facts.observed()).isLessThan(Duration.ofMinutes(1)));
        web.assertAll("demo/web:1", 2);
    }

    @Test
    void run_healthcheckThatTellsNoReadinessFails_isPromoted() {
        world.engine.addImage("demo/web:2", FakeImage.exposing(8080).withHealthcheck());
        Fleet fleet = web.of(1);
        letHealthFail();

        quick(fleet.rollOut("demo/web:2", launch -> launch.readyWhen(Readiness.port())))
                .run();

        web.assertAll("demo/web:2", 1);
    }
}
