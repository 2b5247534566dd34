package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.forrest.BalancerException;
import io.forrest.Instance;
import io.forrest.OnClose;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.Traffic;
import io.forrest.testkit.Operation;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** What is seen of instances where there is a balancer. */
class TrafficTest {

    @RegisterExtension
    final FakeWorld world = FakeWorld.balanced();

    private Stage stage() {
        return world.scaler.find("mine").orElseThrow().state().stage();
    }

    @Test
    void look_served_isServing() {
        Instance instance = world.launch().named("mine").announce();

        assertThat(stage()).isEqualTo(Stage.SERVING);
        assertThat(instance.refresh().stage()).isEqualTo(Stage.SERVING);
        assertThat(world.scaler.instances())
                .singleElement()
                .satisfies(seen -> assertThat(seen.state().stage()).isEqualTo(Stage.SERVING));
    }

    @Test
    void look_oneBalancerDoesNotServeIt_isAnnouncedAlone() {
        Instance instance = world.launch().named("mine").announce();
        world.balancer.member("two").refuse("mine", "DOWN");

        assertThat(stage()).isEqualTo(Stage.ANNOUNCED);
        assertThat(instance.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
    }

    @Test
    void look_balancerFails_isAnnouncedAlone() {
        world.launch().named("mine").announce();
        world.faults.on(Operation.TRAFFIC).fail();

        assertThat(stage()).isEqualTo(Stage.ANNOUNCED);
    }

    @Test
    void look_balancerAwayForALongTime_logsItOnceAndItsEndOnce() {
        Logger logger = (Logger) LoggerFactory.getLogger("io.forrest.lifecycle");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        try {
            for (int outage = 0; outage < 2; outage++) {
                world.faults.on(Operation.TRAFFIC).fail();
                look(3);
                world.faults.heal();
                look(3);
            }
        } finally {
            logger.setLevel(null);
            logger.detachAppender(lines);
        }

        assertThat(lines.list)
                .extracting(line ->
                        line.getLevel() + " " + line.getFormattedMessage().replaceFirst(",.*", ""))
                .containsExactly(
                        "WARN the balancer does not answer",
                        "INFO the balancer answers again",
                        "WARN the balancer does not answer",
                        "INFO the balancer answers again");
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(world.scaler.instances()).isEmpty();
        }
    }

    @Test
    void look_several_asksTheBalancerOnce() {
        world.launch().announce(3);
        world.faults.forgetCalls();

        assertThat(world.scaler.instances()).hasSize(3);
        assertThat(world.asked().stream().filter(Operation.TRAFFIC::equals)).hasSize(1);
    }

    @Test
    void look_heldInstance_isHeld() {
        Instance held = world.launch().named("mine").start();

        assertThat(stage()).isEqualTo(Stage.HELD);
        assertThat(held.traffic()).isEmpty();
    }

    @Test
    void traffic_served_isWhatTheBalancersCount() {
        Instance instance = world.launch().named("mine").announce();
        world.balancer.member("one").count("mine", 10, 1, Duration.ofMillis(5));
        world.balancer.member("two").count("mine", 20, 2, Duration.ofMillis(7));

        assertThat(instance.traffic()).contains(new Traffic(true, "UP", 0, 30, 3, Duration.ofMillis(7)));
    }

    @Test
    void traffic_noBalancerReachable_isABalancerException() {
        Instance instance = world.launch().announce();
        world.balancer.member("one").unreachable("away");
        world.balancer.member("two").unreachable("away");

        assertThatExceptionOfType(BalancerException.class).isThrownBy(instance::traffic);
    }

    @Test
    void traffic_withoutABalancer_isEmpty() {
        try (Scaler plain = world.builder(OnClose.LEAVE).build()) {
            Instance instance = plain.launch(FakeWorld.IMAGE).announce();

            assertThat(instance.traffic()).isEmpty();
            assertThat(instance.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
        }
        assertThat(world.asked()).doesNotContain(Operation.TRAFFIC, Operation.AWAIT_SERVING);
    }

    @Test
    void traffic_scalerClosed_isAnIllegalState() {
        Instance instance = world.launch().announce();
        world.scaler.close();

        assertThatIllegalStateException().isThrownBy(instance::traffic);
    }
}
