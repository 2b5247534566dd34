package io.forrest.testkit;

import io.forrest.Subscription;
import io.forrest.spi.Container.Health;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.ContainerRuntime;
import java.util.Map;

/** The contract on runtimes whose watch is wrong in one way. */
abstract class WrongContainerWatchContract extends WrongRuntimeContract {

    @Override
    ContainerRuntime wrong(FakeContainerRuntime right) {
        return new DelegatingRuntime(right) {
            @Override
            public Subscription watch(Map<String, String> labels, ContainerListener listener) {
                return wrong(right, labels, listener);
            }
        };
    }

    /** Returns a watch that does as the right one, but for one thing. */
    abstract Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener);

    /** Hands on what it is told, so that a wrong one has a single method to get wrong. */
    static class Forwarding implements ContainerListener {

        final ContainerListener listener;

        Forwarding(ContainerListener listener) {
            this.listener = listener;
        }

        /** Makes each call. */
        void call(Runnable call) {
            call.run();
        }

        @Override
        public void gap() {
            call(listener::gap);
        }

        @Override
        public void started(String id, String name) {
            call(() -> listener.started(id, name));
        }

        @Override
        public void died(String id, String name, int exitCode, boolean outOfMemory) {
            call(() -> listener.died(id, name, exitCode, outOfMemory));
        }

        @Override
        public void health(String id, String name, Health health) {
            call(() -> listener.health(id, name, health));
        }
    }
}
