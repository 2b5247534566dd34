package io.forrest.testkit;

import io.forrest.PullPolicy;
import io.forrest.Subscription;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.ImageInfo;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PullProgress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Does as the right one, so that a wrong one has a single method to get wrong. */
class DelegatingRuntime implements ContainerRuntime {

    final FakeContainerRuntime right;

    DelegatingRuntime(FakeContainerRuntime right) {
        this.right = right;
    }

    @Override
    public ImageInfo prepare(ImageReference image, PullPolicy policy, Consumer<? super PullProgress> progress) {
        return right.prepare(image, policy, progress);
    }

    @Override
    public Container start(ContainerSpec spec) {
        return right.start(spec);
    }

    @Override
    public Optional<Container> find(String nameOrId) {
        return right.find(nameOrId);
    }

    @Override
    public List<Container> list(Map<String, String> labels) {
        return right.list(labels);
    }

    @Override
    public void stop(String id, Duration grace) {
        right.stop(id, grace);
    }

    @Override
    public void remove(String id) {
        right.remove(id);
    }

    @Override
    public List<String> logs(String id, int lines) {
        return right.logs(id, lines);
    }

    @Override
    public Subscription watch(Map<String, String> labels, ContainerListener listener) {
        return right.watch(labels, listener);
    }

    @Override
    public EngineInfo engine() {
        return right.engine();
    }

    @Override
    public void close() {
        right.close();
    }
}
