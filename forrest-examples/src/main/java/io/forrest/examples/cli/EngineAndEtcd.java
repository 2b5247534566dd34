package io.forrest.examples.cli;

import io.forrest.docker.DockerRuntime;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.etcd.EtcdV2RegistryBuilder;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.net.URI;

/** The Docker engine that the environment names, and the etcd of the settings. */
final class EngineAndEtcd implements Foundations {

    @Override
    public ContainerRuntime runtime() {
        return DockerRuntime.create();
    }

    @Override
    public Registry registry(Settings settings) {
        EtcdHosts etcd = settings.etcd();
        URI first = etcd.endpoints().get(0);
        URI[] more = etcd.endpoints().stream().skip(1).toArray(URI[]::new);
        EtcdV2RegistryBuilder builder = EtcdV2Registry.builder(first, more).prefix(settings.prefix());
        etcd.credentials().ifPresent(credentials -> builder.credentials(credentials.user(), credentials.password()));
        return builder.build();
    }
}
