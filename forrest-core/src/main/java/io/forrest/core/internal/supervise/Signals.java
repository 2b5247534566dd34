package io.forrest.core.internal.supervise;

import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.RegistryListener;
import java.util.List;

/**
 * Takes what engine and registry tell as a hint to look, and as nothing more: what is told need not be so any more. Thread-safe.
 */
final class Signals {

    private final Supervisor supervisor;

    Signals(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    ContainerListener ofContainers() {
        return new ContainerListener() {
            @Override
            public void gap() {
                supervisor.pass();
            }

            @Override
            public void started(String id, String name) {
                supervisor.started(id, name);
            }

            @Override
            public void died(String id, String name, int exitCode, boolean outOfMemory) {
                supervisor.died(id, name, exitCode, outOfMemory);
            }

            @Override
            public void health(String id, String name, Container.Health health) {
                supervisor.check(name);
            }
        };
    }

    RegistryListener ofRegistry() {
        return new RegistryListener() {
            @Override
            public void snapshot(List<Announcement> announcements) {
                supervisor.pass();
            }

            @Override
            public void announced(Announcement announcement) {
                supervisor.check(announcement.name());
            }

            @Override
            public void withdrawn(Announcement announcement) {
                supervisor.check(announcement.name());
            }
        };
    }
}
