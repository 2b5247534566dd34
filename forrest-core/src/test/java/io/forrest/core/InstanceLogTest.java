package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.forrest.Instance;
import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** Lines of the log that are about an instance say so by keys. */
class InstanceLogTest {

    private static final String NAME = "logged_oak";

    @RegisterExtension
    final FakeWorld world = FakeWorld.balanced();

    private final List<Logger> loggers = List.of(logger("io.forrest.lifecycle"), logger("io.forrest.supervise"));
    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> keeper = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line);
        }
    };

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    @BeforeEach
    void listen() {
        keeper.start();
        loggers.forEach(logger -> {
            logger.setLevel(Level.DEBUG);
            logger.setAdditive(false);
            logger.addAppender(keeper);
        });
    }

    @AfterEach
    void listenNoLonger() {
        loggers.forEach(logger -> {
            logger.detachAppender(keeper);
            logger.setAdditive(true);
            logger.setLevel(null);
        });
    }

    private static Map<String, String> keys(ILoggingEvent line) {
        List<KeyValuePair> pairs = Objects.requireNonNullElse(line.getKeyValuePairs(), List.of());
        return pairs.stream().collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
    }

    @Test
    void lines_ofAnInstancesWholeLife_haveItsKeys() {
        try (Scaler scaler = world.builder(OnClose.LEAVE)
                .balancer(world.balancer)
                .supervision(Supervision.withdraw())
                .build()) {
            Instance instance = scaler.launch(FakeWorld.IMAGE)
                    .named(NAME)
                    .readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()))
                    .drainFor(Duration.ofSeconds(1))
                    .announce();
            world.engine.kill(instance.id(), 137);
            await().untilAsserted(() -> assertThat(world.registry.values()).isEmpty());
            awaitLines(" died", "WITHDRAW");
            world.engine.restart(instance.id());
            await().untilAsserted(() -> assertThat(world.registry.values()).isNotEmpty());
            awaitLines("runs again");
            world.balancer.member("one").keep(NAME, 1, Duration.ofMinutes(1));
            instance.stop();
        }

        assertThat(linesOf(NAME))
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(text -> text.contains("reached ANNOUNCE"))
                .anyMatch(text -> text.contains(" died"))
                .anyMatch(text -> text.contains("WITHDRAW"))
                .anyMatch(text -> text.contains("runs again"))
                .anyMatch(text -> text.contains("is stopped with 1 sessions"));
        assertHaveKeysOf(NAME);
    }

    /** Waits until threads in the background have said these words. */
    private void awaitLines(String... words) {
        await().untilAsserted(() -> {
            for (String each : words) {
                assertThat(linesOf(NAME))
                        .extracting(ILoggingEvent::getFormattedMessage)
                        .anyMatch(text -> text.contains(each), each);
            }
        });
    }

    private List<ILoggingEvent> linesOf(String name) {
        return lines.stream()
                .filter(line -> line.getFormattedMessage().contains(name))
                .toList();
    }

    private void assertHaveKeysOf(String name) {
        assertThat(linesOf(name))
                .allSatisfy(line -> assertThat(keys(line))
                        .as(line.getFormattedMessage())
                        .containsOnly(Map.entry("app", "myapp"), Map.entry("instance", name)));
    }

    @Test
    void lines_ofWhatDiedAndItsSuccessor_haveTheirKeys() {
        try (Scaler scaler = world.builder(OnClose.LEAVE)
                .supervision(Supervision.replace(10, Duration.ofHours(1)))
                .replacedAfter(Duration.ofMillis(20), Duration.ofMillis(20))
                .build()) {
            Instance dead = scaler.launch(FakeWorld.IMAGE)
                    .readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()))
                    .drainFor(Duration.ZERO)
                    .announce();
            world.faults.on(Operation.REMOVE).about(dead.name()).once().fail();
            world.engine.kill(dead.id(), 137);
            await().until(() -> world.registry.values().size() == 1
                    && !world.registry.values().containsKey(dead.name())
                    && lines.stream()
                            .anyMatch(line -> line.getFormattedMessage().contains("in place of one that died")));

            String successor = world.registry.values().keySet().iterator().next();
            assertThat(linesOf(dead.name()))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(text -> text.contains("which is dead, could not be taken back"));
            assertThat(linesOf(successor))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(text -> text.contains("in place of one that died"));
            assertHaveKeysOf(dead.name());
            assertHaveKeysOf(successor);
        }
    }
}
