package io.forrest.docker;

import io.forrest.spi.ContainerRuntime;
import io.forrest.testkit.ContainerRuntimeContract;

/** The contract, on the engine that the environment names. */
class DockerRuntimeTest extends ContainerRuntimeContract {

    @Override
    protected ContainerRuntime newRuntime() {
        return DockerRuntime.create();
    }

    @Override
    protected String image() {
        return TestImages.web();
    }

    @Override
    protected String healthcheckImage() {
        return TestImages.healthcheck();
    }
}
