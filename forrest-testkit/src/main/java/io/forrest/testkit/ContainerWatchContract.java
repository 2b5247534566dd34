package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.spi.Container;
import io.forrest.spi.ContainerSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every runtime tells who watches containers, as tests. Not thread-safe; confine it to one thread. */
abstract class ContainerWatchContract extends ContainerWatchClosingContract {

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int SOME = 4;

    protected abstract String healthcheckImage();

    private String name(String part) {
        return spec(part).name();
    }

    @Test
    void watch_begun_tellsAGapAndNothingOfBefore() {
        Container before = runtime().start(spec("before"));
        ContainerRecorder recorder = watching(runtime());
        Container after = startEnding("after", 0);
        recorder.awaitCall("died " + after.name());

        assertThat(recorder.calls()).containsExactly("gap", "started " + after.name(), "died " + after.name() + " 0");
        assertThat(recorder.ids()).doesNotContainKey(before.name());
    }

    @Test
    void watch_programThatEnds_isToldWithIdNameAndCode() {
        ContainerRecorder recorder = watching(another());
        Container ended = startEnding("a", 3);
        recorder.awaitCall("died");

        assertThat(recorder.calls()).containsExactly("gap", "started " + name("a"), "died " + name("a") + " 3");
        assertThat(recorder.ids()).isEqualTo(Map.of(name("a"), ended.id()));
    }

    @Test
    void watch_stoppedAndRemoved_areToldAsDied() {
        Container stopped = runtime().start(spec("stopped"));
        Container removed = runtime().start(spec("removed"));
        ContainerRecorder recorder = watching(runtime());
        another().stop(stopped.id(), GRACE);
        recorder.awaitCall("died " + stopped.name());
        another().remove(removed.id());
        recorder.awaitCall("died " + removed.name() + " 137");

        assertThat(recorder.calls())
                .hasSize(3)
                .satisfies(calls -> assertThat(calls.get(1)).matches("died " + stopped.name() + " (143|137)"));
    }

    @Test
    void watch_ofLabels_tellsOfThoseThatCarryAllOfThem() {
        ContainerRecorder recorder = new ContainerRecorder();
        var unused = watch(runtime(), labels("kind", "x"), recorder);
        recorder.awaitCall("gap");
        for (ContainerSpec other :
                List.of(spec("without"), labelled(spec("other"), "kind", "y"), labelled(spec("part"), "kind", "xx"))) {
            Container ignored = runtime().start(running(other, "sh", "-c", "exit 0"));
        }
        Container right = runtime().start(running(labelled(spec("right"), "kind", "x"), "sh", "-c", "exit 0"));
        recorder.awaitCall("died " + right.name());

        assertThat(recorder.calls()).containsExactly("gap", "started " + right.name(), "died " + right.name() + " 0");
    }

    @Test
    void watch_healthcheckThatPasses_isToldHealthy() {
        ContainerRecorder recorder = watching(runtime());
        Container container = runtime().start(checkedEvery(spec("a"), healthcheckImage(), Duration.ofSeconds(1)));
        recorder.awaitCall("health");

        assertThat(recorder.calls())
                .containsExactly("gap", "started " + container.name(), "health " + container.name() + " HEALTHY");
        assertThat(recorder.ids()).containsEntry(container.name(), container.id());
    }

    @Test
    void watch_severalSideBySide_tellsOfEachInItsOrder() {
        ContainerRecorder recorder = watching(runtime());
        List<Container> containers = SideBySide.run(IntStream.range(0, SOME)
                .<Callable<Container>>mapToObj(i -> () -> startEnding("side-" + i, i))
                .toList());
        recorder.awaitCalls(SOME, "died");

        for (int i = 0; i < SOME; i++) {
            String name = containers.get(i).name();
            assertThat(recorder.calls().stream().filter(line -> line.contains(name)))
                    .containsExactly("started " + name, "died " + name + " " + i);
            assertThat(recorder.ids()).containsEntry(name, containers.get(i).id());
        }
    }

    @Test
    void watch_twiceOnOneRuntime_tellsEachListenerEverything() {
        List<ContainerRecorder> recorders = List.of(watching(runtime()), watching(runtime()));
        Container unused = startEnding("a", 3);
        recorders.forEach(recorder -> recorder.awaitCall("died"));

        recorders.forEach(recorder -> assertThat(recorder.calls())
                .containsExactly("gap", "started " + name("a"), "died " + name("a") + " 3"));
    }

    @Test
    void watch_listenerThatBlocks_hearsItAllInTheEndAndHarmsNoOther() {
        HeldListeners held = new HeldListeners(Duration.ofSeconds(40));
        ContainerRecorder blocked = new ContainerRecorder(held::hold);
        ContainerRecorder other;
        try {
            var unused = watch(runtime(), blocked);
            blocked.awaitCall("gap");
            other = watching(runtime());
            for (int i = 0; i < SOME; i++) {
                Container ignored = startEnding("burst-" + i, i);
            }
            other.awaitCalls(SOME, "died");
            assertStays(List.of("gap"), blocked::calls);
        } finally {
            held.release();
        }

        assertBecomes(other.calls(), blocked::calls);
    }

    @Test
    void watch_listenerThatThrows_hearsAGapNextAndGoesOn() {
        Set<String> toThrow = ConcurrentHashMap.newKeySet();
        toThrow.addAll(List.of("gap", "started", "died"));
        ContainerRecorder recorder = new ContainerRecorder(line -> {
            if (toThrow.remove(line.split(" ", 2)[0])) {
                throw new IllegalStateException("thrown by a test's listener on " + line);
            }
        });
        var unused = watch(runtime(), recorder);
        recorder.awaitCalls(2, "gap");
        Container first = runtime().start(spec("a"));
        recorder.awaitCalls(3, "gap");
        runtime().remove(first.id());
        recorder.awaitCalls(4, "gap");
        Container second = runtime().start(spec("b"));
        recorder.awaitCall("started " + second.name());

        assertThat(recorder.calls())
                .containsExactly(
                        "gap",
                        "gap",
                        "started " + first.name(),
                        "gap",
                        "died " + first.name() + " 137",
                        "gap",
                        "started " + second.name());
    }

    @Test
    void watch_listenerThatInterruptsItself_hearsTheNextAllTheSame() {
        ContainerRecorder recorder =
                new ContainerRecorder(line -> Thread.currentThread().interrupt());
        var unused = watch(runtime(), recorder);
        recorder.awaitCall("gap");
        Container ignored = startEnding("a", 3);
        recorder.awaitCall("died");

        assertThat(recorder.calls()).containsExactly("gap", "started " + name("a"), "died " + name("a") + " 3");
    }

    @Test
    void watch_byAnInterruptedCaller_watchesAndKeepsTheStatus() {
        ContainerRecorder recorder = new ContainerRecorder();
        boolean kept;
        Thread.currentThread().interrupt();
        try {
            var unused = watch(runtime(), recorder);
        } finally {
            kept = Thread.interrupted();
        }

        assertThat(kept).as("interrupted status").isTrue();
        recorder.awaitCall("gap");
        Container ignored = startEnding("a", 3);
        recorder.awaitCall("died " + name("a") + " 3");
    }
}
