package io.forrest.testkit;

import io.forrest.spi.ContainerListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Says what happens on a fake engine to all who hear it at that moment. Thread-safe. */
final class FakeEvents {

    private final List<Ear> ears = new CopyOnWriteArrayList<>();

    /** Hears what happens, on the thread on which it happens: it must not block. */
    interface Ear {
        void hear(Map<String, String> labels, Consumer<ContainerListener> event);
    }

    void add(Ear ear) {
        ears.add(ear);
    }

    void remove(Ear ear) {
        ears.remove(ear);
    }

    void say(Map<String, String> labels, Consumer<ContainerListener> event) {
        ears.forEach(ear -> ear.hear(labels, event));
    }
}
