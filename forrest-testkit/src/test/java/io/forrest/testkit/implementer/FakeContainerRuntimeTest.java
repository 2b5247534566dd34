package io.forrest.testkit.implementer;

import io.forrest.spi.Container.Health;
import io.forrest.spi.ContainerRuntime;
import io.forrest.testkit.ContainerRuntimeContract;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import io.forrest.testkit.FakeImage;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;

class FakeContainerRuntimeTest extends ContainerRuntimeContract {

    private static final FakeEngine ENGINE = new FakeEngine()
            .addImage("demo/myapp", FakeImage.exposing(8080))
            .addImage("demo/checked", FakeImage.exposing(8080).healthAfter(Duration.ofMillis(100), Health.HEALTHY));

    @Override
    protected ContainerRuntime newRuntime() {
        return new FakeContainerRuntime(ENGINE);
    }

    @Override
    protected String image() {
        return "demo/myapp";
    }

    @Override
    protected String healthcheckImage() {
        return "demo/checked";
    }

    @AfterAll
    static void closeEngine() {
        ENGINE.close();
    }
}
