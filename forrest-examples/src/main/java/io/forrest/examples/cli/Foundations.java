package io.forrest.examples.cli;

import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;

/** Makes the two things that a scaler stands on. Whoever asks closes them. */
interface Foundations {

    ContainerRuntime runtime();

    /**
     * Makes the registry.
     *
     * @throws IllegalArgumentException if the settings cannot be those of one
     */
    Registry registry(Settings settings);
}
