package io.forrest.docker;

import io.forrest.ByteSize;
import io.forrest.Endpoint;
import io.forrest.Mount;
import io.forrest.spi.ContainerSpec;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Collects a spec, with a name and labels of its own. Not thread-safe; confine it to one thread. */
final class Specs {

    private String name = "docker-test-" + UUID.randomUUID();
    private final String image;
    private @Nullable InetAddress bindAddress = Endpoint.address("127.0.0.1");
    private final Map<String, String> environment = new HashMap<>();
    private List<String> command = List.of();
    private final Map<String, String> labels = new HashMap<>();
    private @Nullable ByteSize memory;
    private @Nullable Double cpus;
    private final List<Mount> mounts = new ArrayList<>();
    private @Nullable String network;
    private @Nullable Duration healthcheckInterval;

    Specs(String image) {
        this.image = image;
        labels.put("io.forrest.test.launch", UUID.randomUUID().toString());
    }

    Specs name(String text) {
        name = text;
        return this;
    }

    Specs bind(@Nullable String address) {
        bindAddress = address == null ? null : Endpoint.address(address);
        return this;
    }

    Specs env(String key, String value) {
        environment.put(key, value);
        return this;
    }

    Specs command(String... words) {
        command = List.of(words);
        return this;
    }

    Specs label(String key, String value) {
        labels.put(key, value);
        return this;
    }

    Specs memory(ByteSize size) {
        memory = size;
        return this;
    }

    Specs cpus(double count) {
        cpus = count;
        return this;
    }

    Specs mount(Mount mount) {
        mounts.add(mount);
        return this;
    }

    Specs network(String text) {
        network = text;
        return this;
    }

    Specs healthcheckEvery(Duration interval) {
        healthcheckInterval = interval;
        return this;
    }

    ContainerSpec build() {
        return new ContainerSpec(
                name,
                image,
                TestImages.PORT,
                bindAddress,
                environment,
                command,
                labels,
                memory,
                cpus,
                mounts,
                network,
                healthcheckInterval);
    }
}
