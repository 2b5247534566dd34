package io.forrest.examples.cli;

import io.forrest.docker.DockerRuntime;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.etcd.EtcdV2RegistryBuilder;
import io.forrest.haproxy.HaproxyEvent;
import io.forrest.haproxy.HaproxyStats;
import io.forrest.haproxy.HaproxyStatsBuilder;
import io.forrest.spi.Balancer;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The Docker engine that the environment names, and the etcd and the HAProxies of the settings. */
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

    @Override
    public Optional<Balancer> balancer(Settings settings) {
        List<HaproxyAddress> haproxies = settings.haproxies();
        if (haproxies.isEmpty()) {
            return Optional.empty();
        }
        URI first = haproxies.get(0).uri();
        URI[] more = haproxies.stream().skip(1).map(HaproxyAddress::uri).toArray(URI[]::new);
        HaproxyStatsBuilder builder = HaproxyStats.at(first, more);
        haproxies.forEach(haproxy -> haproxy.master().ifPresent(master -> builder.masterSocket(haproxy.uri(), master)));
        List<EtcdHosts.Credentials> credentials = haproxies.stream()
                .flatMap(haproxy -> haproxy.credentials().stream())
                .distinct()
                .toList();
        if (credentials.size() > 1) {
            throw new IllegalArgumentException("all statistics pages need the same user and password");
        }
        credentials.forEach(one -> builder.credentials(one.user(), one.password()));
        return Optional.of(builder.build());
    }

    @Override
    public Balancer drive(Driving driving, Registry registry, Consumer<? super HaproxyEvent> listener) {
        return driving.builder(registry).onEvent(listener).start();
    }
}
