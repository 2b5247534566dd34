package io.forrest.testkit;

import io.forrest.spi.Container.Health;
import io.forrest.spi.ContainerRuntime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** The contract on runtimes that are wrong in one way. */
abstract class WrongRuntimeContract extends ContainerRuntimeContract {

    final FakeEngine engine = new FakeEngine()
            .addImage("demo/myapp", FakeImage.exposing(8080))
            .addImage("demo/checked", FakeImage.exposing(8080).healthAfter(Duration.ofMillis(100), Health.HEALTHY));

    @Override
    protected ContainerRuntime newRuntime() {
        return wrong(new FakeContainerRuntime(engine));
    }

    @Override
    protected String image() {
        return "demo/myapp";
    }

    @Override
    protected String healthcheckImage() {
        return "demo/checked";
    }

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    /** What is wrong may be told late, by a thread of its own. */
    @Override
    Duration aWhile() {
        return Duration.ofSeconds(3);
    }

    /** Returns a runtime that does as the right one, but for one thing. */
    abstract ContainerRuntime wrong(FakeContainerRuntime right);
}
