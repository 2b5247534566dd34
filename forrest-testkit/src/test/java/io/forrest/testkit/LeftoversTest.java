package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.Endpoint;
import io.forrest.spi.Announcement;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.RecordKey;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LeftoversTest {

    private final FakeEngine engine = new FakeEngine().addImage("demo/myapp", FakeImage.exposing(8080));
    private final FakeContainerRuntime runtime = new FakeContainerRuntime(engine);
    private final InMemoryRegistry registry = new InMemoryRegistry();

    @RegisterExtension
    final Leftovers none = new Leftovers().containers(() -> runtime, Map.of()).registry(() -> registry);

    @AfterEach
    void closeEngine() {
        engine.close();
        registry.wipe();
    }

    private void start() {
        var unused = runtime.start(new ContainerSpec(
                "brave-fox",
                "demo/myapp",
                8080,
                null,
                Map.of(),
                List.of(),
                Map.of("mine", "yes"),
                null,
                null,
                List.of(),
                null,
                null));
    }

    @Test
    void assertNone_nothingLeft_passes() {
        assertThatCode(none::assertNone).doesNotThrowAnyException();
    }

    /** The same check, without patience: what is left here does not go. */
    private Leftovers atOnce() {
        return none.within(Duration.ZERO);
    }

    @Test
    void assertNone_everythingLeft_listsIt() throws InterruptedException {
        start();
        registry.announce(new Announcement("brave-fox", "myapp", Endpoint.of("10.0.0.5", 80)));
        assertThat(registry.records().compareAndSet(new RecordKey("instances", "brave-fox"), null, "{}"))
                .isTrue();
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = thread(end);

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(atOnce()::assertNone)
                .withMessageContaining("container brave-fox (")
                .withMessageContaining("announcement brave-fox at 10.0.0.5:80")
                .withMessageContaining("record instances/brave-fox")
                .withMessageContaining("thread forrest-test-1 in ");
        end.countDown();
        thread.join();
    }

    @Test
    void assertNone_containersOfOthers_areNotItsBusiness() {
        start();

        assertThatCode(new Leftovers().containers(() -> runtime, Map.of("mine", "no"))::assertNone)
                .doesNotThrowAnyException();
    }

    @Test
    void assertNone_threadsThatWereThereBefore_areNotItsBusiness() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = thread(end);

        assertThatCode(new Leftovers()::assertNone).doesNotThrowAnyException();
        end.countDown();
        thread.join();
    }

    @Test
    void assertNone_whatIsAboutToEnd_isWaitedFor() {
        CountDownLatch looked = new CountDownLatch(1);
        Thread thread = thread(looked);
        Leftovers patient = new Leftovers().closing(() -> looked::countDown);

        assertThatCode(patient::assertNone).doesNotThrowAnyException();
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void assertNone_somethingToClose_isClosedLatestFirstWhateverIsLeft() {
        List<String> closed = new ArrayList<>();
        start();
        Leftovers closing = atOnce().closing(() -> () -> closed.add("first")).closing(() -> () -> closed.add("second"));

        assertThatExceptionOfType(AssertionError.class).isThrownBy(closing::assertNone);
        assertThat(closed).containsExactly("second", "first");
    }

    private static Thread thread(CountDownLatch end) {
        Thread thread = new Thread(
                () -> {
                    try {
                        end.await();
                        TimeSource.system().sleep(Duration.ofMillis(50));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "forrest-test-1");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
