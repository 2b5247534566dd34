package io.forrest.core.internal.supervise;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.Readiness;
import io.forrest.core.internal.lifecycle.Sight;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.spi.Container.Health;
import io.forrest.spi.Container.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An engine, a registry and its records as plain maps, what may befall them, and what remedies do to them. */
final class ModelWorld {

    static final String ENGINE = "mine";
    private static final List<String> NAMES = List.of("ant", "bee", "cat", "dog");
    private static final Duration WITHIN = Duration.ofMinutes(5);
    private static final String DEAD = "dead";
    private static final String ALIVE = "alive";

    private final Random random;
    private final Map<String, Sight> containers = new TreeMap<>();
    private final Map<String, Endpoint> keys = new TreeMap<>();
    private final Map<String, StoredRecord> records = new TreeMap<>();

    /** What is not to be touched: launches of others, by name. */
    private final Map<String, String> others = new HashMap<>();

    private final Map<String, Endpoint> foreignKeys = new HashMap<>();
    private final Map<String, String> mine = new HashMap<>();

    /** By when whoever is at work on an instance has done so. */
    private final Map<String, Instant> doneBy = new HashMap<>();

    private final boolean all;
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private int serial;

    ModelWorld(Random random, boolean all) {
        this.random = random;
        this.all = all;
        foreignKeys.put("theirs", endpoint());
        keys.putAll(foreignKeys);
        InstanceRecord elsewhere = record("elsewhere", "launch-elsewhere", Intent.LIVE, endpoint());
        keys.put("elsewhere", requireNonNull(elsewhere.endpoint()));
        foreignKeys.put("elsewhere", requireNonNull(elsewhere.endpoint()));
        store("elsewhere", elsewhere);
    }

    Facts facts() {
        Set<String> orphans = new HashSet<>();
        records.forEach((name, stored) -> {
            if (DEAD.equals(stored.value().worker())) {
                orphans.add(name);
            }
        });
        return new Facts(ENGINE, containers, keys, records, orphans, Set.of(), all ? Scope.ALL : Scope.of(mine), now);
    }

    private Endpoint endpoint() {
        return Endpoint.of("10.0.0.5", 32768 + serial++);
    }

    private InstanceRecord record(String name, String launch, Intent intent, @Nullable Endpoint endpoint) {
        return new InstanceRecord(
                name.equals("elsewhere") ? "other" : ENGINE,
                launch,
                "myapp",
                "demo/myapp",
                intent,
                endpoint == null ? null : "id-" + launch,
                endpoint,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                now.plus(WITHIN),
                null);
    }

    private void store(String name, InstanceRecord value) {
        records.put(name, new StoredRecord("version " + serial++, value));
    }

    /** Lets something happen, by a user, another process, or the world. */
    void befall() {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        Sight container = containers.get(name);
        StoredRecord stored = records.get(name);
        switch (random.nextInt(13)) {
            case 0, 1, 2 -> launch(name, 1 + random.nextInt(7));
            case 3 -> change(name, Status.EXITED, Health.NONE, null);
            case 4 -> change(name, Status.RUNNING, anyHealth(container), endpoint());
            case 5 -> {
                if (container != null && container.runs()) {
                    change(name, Status.RUNNING, anyHealth(container), requireNonNull(container.endpoint()));
                }
            }
            case 6 -> containers.remove(name);
            case 7 -> {
                if (!foreignKeys.containsKey(name)) {
                    keys.remove(name);
                }
            }
            case 8 -> {
                foreignKeys.put(name, endpoint());
                keys.put(name, foreignKeys.get(name));
            }
            case 9 -> retire(name, random.nextInt(5), random.nextBoolean() ? DEAD : ALIVE);
            case 10 -> {
                if (stored != null && stored.value().intent() == Intent.LIVE) {
                    store(name, stored.value().held(now));
                }
            }
            case 11 -> {
                if (random.nextInt(5) == 0) {
                    wipe();
                }
            }
            default -> now = now.plusSeconds(random.nextInt(200));
        }
    }

    private Health anyHealth(@Nullable Sight container) {
        if (container == null || !(container.readiness() instanceof Readiness.Healthcheck)) {
            return Health.NONE;
        }
        return List.of(Health.STARTING, Health.HEALTHY, Health.HEALTHY, Health.UNHEALTHY)
                .get(random.nextInt(4));
    }

    /** Takes the steps of a launch, or as many as there is time for until its process is killed. */
    private void launch(String name, int steps) {
        if (records.containsKey(name) || containers.containsKey(name)) {
            return;
        }
        String launch = "launch-" + serial++;
        boolean whole = steps > 5;
        (random.nextInt(4) == 0 ? others : mine).put(name, launch);
        (others.containsKey(name) && launch.equals(others.get(name)) ? mine : others).remove(name);
        Intent aim = random.nextInt(4) == 0 ? Intent.HELD : Intent.LIVE;
        doneBy.put(name, now.plus(WITHIN));
        store(
                name,
                record(name, launch, Intent.LAUNCHING, null)
                        .launchedBy(whole || random.nextBoolean() ? DEAD : ALIVE, aim));
        if (steps < 2) {
            return;
        }
        Readiness readiness = random.nextBoolean() ? Readiness.port() : Readiness.healthcheck();
        Endpoint endpoint = endpoint();
        containers.put(
                name,
                new Sight(
                        "id-" + launch,
                        "myapp",
                        launch,
                        "demo/myapp",
                        8080,
                        readiness,
                        steps < 3 ? Status.CREATED : Status.RUNNING,
                        readiness instanceof Readiness.Healthcheck && steps > 3 ? Health.HEALTHY : Health.NONE,
                        steps < 3 ? null : endpoint));
        if (steps > 3) {
            InstanceRecord known = recorded(name).at("id-" + launch, endpoint);
            store(name, steps < 5 ? known : aim == Intent.HELD ? known.held(now) : known.live());
        }
        if (whole && aim == Intent.LIVE && !keys.containsKey(name)) {
            keys.put(name, endpoint);
        }
    }

    private InstanceRecord recorded(String name) {
        return requireNonNull(records.get(name)).value();
    }

    private void change(String name, Status status, Health health, @Nullable Endpoint endpoint) {
        containers.computeIfPresent(
                name,
                (key, old) -> new Sight(
                        old.container(),
                        old.app(),
                        old.launch(),
                        old.image(),
                        old.port(),
                        old.readiness(),
                        status,
                        health,
                        endpoint));
    }

    /** Takes the steps of a retirement, or as many as there is time for until its process is killed. */
    private void retire(String name, int steps, String worker) {
        StoredRecord stored = records.get(name);
        if (stored == null) {
            return;
        }
        store(name, stored.value().retiring(now, worker, null));
        doneBy.put(name, now.plus(stored.value().drainFor()).plus(stored.value().stopGrace()));
        if (steps > 0) {
            withdraw(name, stored.value().endpoint());
        }
        if (steps > 1) {
            change(name, Status.EXITED, Health.NONE, null);
        }
        if (steps > 2) {
            containers.remove(name);
        }
        if (steps > 3) {
            records.remove(name);
        }
    }

    private void withdraw(String name, @Nullable Endpoint endpoint) {
        if (endpoint != null) {
            keys.remove(name, endpoint);
        }
    }

    private void wipe() {
        keys.clear();
        records.clear();
        foreignKeys.clear();
    }

    /** Lets those who are at work come to their end, and everybody who answers answer. */
    void calmDown() {
        now = now.plus(WITHIN).plus(WITHIN);
        containers.keySet().forEach(name -> {
            Sight container = requireNonNull(containers.get(name));
            if (container.runs() && container.health() == Health.STARTING) {
                change(name, Status.RUNNING, Health.HEALTHY, container.endpoint());
            }
        });
    }

    /** Carries out a remedy as the engine room does: only if nothing has changed since it was decided. */
    void carryOut(Remedy remedy) {
        assertMayBeTouched(remedy);
        String name = remedy.name();
        if (remedy instanceof Remedy.Withdraw it) {
            if (isAsSeen(name, it.seen())
                    && !(it.unlessRuns() && runs(name, it.seen().value()))) {
                keys.remove(name, it.key());
            }
        } else if (remedy instanceof Remedy.Announce it) {
            if (isAsSeen(name, it.seen())) {
                announce(name, it.container(), it.seen().value().live());
            }
        } else if (remedy instanceof Remedy.RecordAnew it) {
            if (!records.containsKey(name)) {
                announce(name, it.container(), record(name, it.container().launch(), Intent.LIVE, endpoint()));
            }
        } else if (remedy instanceof Remedy.FinishLaunch it) {
            if (isAsSeen(name, it.seen())) {
                finish(name, it);
            }
        } else if (remedy instanceof Remedy.UndoLaunch it) {
            undo(name, it.seen());
        } else if (remedy instanceof Remedy.FinishRetirement it) {
            undo(name, it.seen());
        } else if (remedy instanceof Remedy.Forget it && isAsSeen(name, it.seen())) {
            withdraw(name, it.seen().value().endpoint());
            records.remove(name);
        }
        assertOthersUntouched();
    }

    private void finish(String name, Remedy.FinishLaunch it) {
        Sight now = containers.get(name);
        if (now == null || !now.mayAnswer()) {
            return;
        }
        if (it.seen().value().aim() == Intent.HELD) {
            store(name, it.seen().value().at(now.container(), now.endpoint()).held(this.now));
        } else {
            announce(name, now, it.seen().value());
        }
    }

    private void announce(String name, Sight seen, InstanceRecord record) {
        Sight container = containers.get(name);
        if (container == null || !container.equals(seen)) {
            return;
        }
        if (!requireNonNull(container.endpoint()).equals(record.endpoint())) {
            withdraw(name, record.endpoint());
        }
        store(name, record.at(container.container(), container.endpoint()).live());
        keys.putIfAbsent(name, requireNonNull(container.endpoint()));
    }

    private void undo(String name, StoredRecord seen) {
        if (isAsSeen(name, seen)) {
            withdraw(name, seen.value().endpoint());
            Sight container = containers.get(name);
            if (container != null && container.launch().equals(seen.value().launch())) {
                containers.remove(name);
            }
            records.remove(name);
        }
    }

    private boolean isAsSeen(String name, StoredRecord seen) {
        return seen.equals(records.get(name));
    }

    private boolean runs(String name, InstanceRecord record) {
        Sight container = containers.get(name);
        return container != null && container.launch().equals(record.launch()) && container.runs();
    }

    private void assertMayBeTouched(Remedy remedy) {
        if (!all) {
            assertThat(launchOf(remedy)).as("%s", remedy).isNotEqualTo(others.get(remedy.name()));
        }
        assertThat(remedy.name()).isIn(NAMES);
    }

    /** Returns the launch that a remedy was decided for; by now another may have its name. */
    private static String launchOf(Remedy remedy) {
        if (remedy instanceof Remedy.RecordAnew it) {
            return it.container().launch();
        }
        StoredRecord seen;
        if (remedy instanceof Remedy.Withdraw it) {
            seen = it.seen();
        } else if (remedy instanceof Remedy.Announce it) {
            seen = it.seen();
        } else if (remedy instanceof Remedy.FinishLaunch it) {
            seen = it.seen();
        } else if (remedy instanceof Remedy.UndoLaunch it) {
            seen = it.seen();
        } else if (remedy instanceof Remedy.FinishRetirement it) {
            seen = it.seen();
        } else {
            seen = ((Remedy.Forget) remedy).seen();
        }
        return seen.value().launch();
    }

    private void assertOthersUntouched() {
        assertThat(keys).containsAllEntriesOf(foreignKeys);
    }

    /** Asserts that a plan takes nothing from what serves, stops nothing that is wanted, and announces nothing that must go. */
    void assertHarmless(Plan plan) {
        for (Remedy remedy : plan.remedies()) {
            StoredRecord stored = records.get(remedy.name());
            Intent intent = stored == null ? Intent.LIVE : stored.value().intent();
            if (remedy instanceof Remedy.Withdraw) {
                assertThat(serves(remedy.name())).as("%s serves", remedy).isFalse();
            }
            if (remedy instanceof Remedy.UndoLaunch || remedy instanceof Remedy.FinishRetirement) {
                assertThat(intent).as("%s", remedy).isIn(Intent.LAUNCHING, Intent.RETIRING);
            }
            if (stored != null && ALIVE.equals(stored.value().worker()) && isUnderWay(intent)) {
                assertThat(now)
                        .as("%s, which is in the hands of a process that lives", remedy)
                        .isAfter(requireNonNull(doneBy.get(remedy.name())).plus(Reconciler.GRACE));
            }
            if (remedy instanceof Remedy.Announce || remedy instanceof Remedy.RecordAnew) {
                assertThat(intent).as("%s", remedy).isEqualTo(Intent.LIVE);
            }
            if (remedy instanceof Remedy.Forget) {
                assertThat(runs(remedy.name(), requireNonNull(stored).value()))
                        .as("%s runs", remedy)
                        .isFalse();
            }
        }
    }

    private static boolean isUnderWay(Intent intent) {
        return intent == Intent.LAUNCHING || intent == Intent.RETIRING;
    }

    private boolean serves(String name) {
        StoredRecord stored = records.get(name);
        Sight container = containers.get(name);
        return stored != null
                && stored.value().intent() == Intent.LIVE
                && runs(name, stored.value())
                && !requireNonNull(container).isUnhealthy()
                && requireNonNull(container.endpoint()).equals(keys.get(name));
    }

    /** Asserts that what runs, what is announced and what was wanted have met. */
    void assertTruth() {
        for (String name : NAMES) {
            StoredRecord stored = records.get(name);
            String launch = stored == null ? "" : stored.value().launch();
            if (foreignKeys.containsKey(name) || (!all && !launch.equals(mine.get(name)))) {
                continue;
            }
            if (stored == null) {
                assertThat(keys).as("a key without a record").doesNotContainKey(name);
                continue;
            }
            Intent intent = stored.value().intent();
            assertThat(intent).as(name).isIn(Intent.LIVE, Intent.HELD);
            Sight container = requireNonNull(containers.get(name), () -> "a record without a container: " + stored);
            boolean announced = intent == Intent.LIVE && container.mayAnswer();
            if (announced) {
                assertThat(keys).containsEntry(name, container.endpoint());
            } else {
                assertThat(keys).as("%s, %s", stored, container).doesNotContainKey(name);
            }
        }
    }

    /** Returns all of it. */
    @Override
    public String toString() {
        return "containers " + containers + ", keys " + keys + ", records " + records;
    }
}
