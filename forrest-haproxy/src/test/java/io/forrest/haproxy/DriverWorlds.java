package io.forrest.haproxy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests that each make the worlds that they need, and a folder beside them. Not thread-safe; confine it to one thread. */
abstract class DriverWorlds {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit's to set
    Path folder;

    private final List<DriverWorld> worlds = new ArrayList<>();

    @AfterEach
    void close() {
        worlds.forEach(DriverWorld::close);
    }

    DriverWorld world(HaproxyFixtureBuilder haproxy) {
        DriverWorld world = new DriverWorld(haproxy);
        worlds.add(world);
        return world;
    }

    DriverWorld world() {
        return world(HaproxyFixture.builder());
    }
}
