package io.forrest.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.spi.ContainerSpec;
import java.util.function.Consumer;

/** Writes a spec as docker-java's create command. Docker Engine API v1.41, ContainerCreate. */
final class CreateRequest {

    private static final double NANOS = 1e9;

    private CreateRequest() {}

    static CreateContainerCmd of(
            DockerClient docker, ContainerSpec spec, Consumer<? super CreateContainerCmd> customizer) {
        CreateContainerCmd command = docker.createContainerCmd(spec.image())
                .withName(spec.name())
                .withLabels(spec.labels())
                .withEnv(spec.environment().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList())
                .withExposedPorts(ExposedPort.tcp(spec.port()))
                .withHostConfig(host(spec));
        if (!spec.command().isEmpty()) {
            command.withCmd(spec.command());
        }
        if (spec.healthcheckInterval() != null) {
            // what is left out, the test among it, is the image's
            command.withHealthcheck(
                    new HealthCheck().withInterval(spec.healthcheckInterval().toNanos()));
        }
        try {
            customizer.accept(command);
        } catch (RuntimeException e) {
            throw new ContainerRuntimeException(
                    Reason.REFUSED,
                    "cannot create container " + spec.name()
                            + ": the customizer given to DockerRuntime.builder() failed",
                    e);
        }
        return command;
    }

    private static HostConfig host(ContainerSpec spec) {
        // an init process so that the application ends on SIGTERM; no port of the host: the engine picks a free one
        HostConfig host = HostConfig.newHostConfig()
                .withInit(true)
                .withRestartPolicy(RestartPolicy.noRestart())
                .withPublishAllPorts(false)
                .withPortBindings(new PortBinding(binding(spec), ExposedPort.tcp(spec.port())))
                .withMounts(spec.mounts().stream().map(CreateRequest::mount).toList());
        if (spec.memory() != null) {
            host.withMemory(spec.memory().bytes());
        }
        if (spec.cpus() != null) {
            host.withNanoCPUs(Math.round(spec.cpus() * NANOS));
        }
        if (spec.network() != null) {
            host.withNetworkMode(spec.network());
        }
        return host;
    }

    private static Ports.Binding binding(ContainerSpec spec) {
        return spec.bindAddress() == null
                ? Ports.Binding.empty()
                : Ports.Binding.bindIp(spec.bindAddress().getHostAddress());
    }

    private static Mount mount(io.forrest.Mount mount) {
        return new Mount()
                .withType(
                        switch (mount.kind()) {
                            case BIND -> MountType.BIND;
                            case VOLUME -> MountType.VOLUME;
                        })
                .withSource(mount.source())
                .withTarget(mount.target())
                .withReadOnly(mount.readOnly());
    }
}
