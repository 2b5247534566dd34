package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Adoption;
import io.forrest.Instance;
import io.forrest.ReconcileMode;
import io.forrest.Reconciliation;
import io.forrest.Repair;
import io.forrest.Repair.Action;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.Supervision;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.etcd.EtcdFixture;
import io.forrest.event.Repaired;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that is killed by SIGKILL while it launches an instance, or takes one back, at each boundary between two steps; on a
 * real engine and a real etcd. What it left half done is finished, or undone, by the next process that reconciles: nothing is
 * leaked, nothing stands twice. Tells it as a table, on standard output and in {@code target/kill-matrix.txt}.
 */
class KillMatrixTest {

    private static final Path TABLE = Path.of("target", "kill-matrix.txt");
    private static final String ROW = "| %-13s | %-9s | %-39s | %-17s | %-36s |%n";
    private static final List<String> ROWS = new ArrayList<>();

    private static EtcdFixture etcd;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
    }

    @AfterAll
    static void stopEtcdAndTell() throws IOException {
        etcd.close();
        String head = String.format(ROW, "killed at", "by", "left", "repairs", "stands in the end")
                + String.format(ROW, "---", "---", "---", "---", "---");
        String table = head + String.join("", ROWS);
        System.out.println("kill -9 at each boundary:\n" + table);
        Files.createDirectories(TABLE.getParent());
        Files.writeString(TABLE, table);
    }

    /** What is to come of an instance whose launcher, or stopper, was killed. */
    private enum Outcome {
        NOTHING,
        ANNOUNCED,
        HELD
    }

    private static Outcome outcome(Boundary killedAt) {
        return switch (killedAt.verb) {
            case ANNOUNCE -> killedAt == Boundary.RESERVED ? Outcome.NOTHING : Outcome.ANNOUNCED;
            case START -> Outcome.HELD;
            case STOP -> Outcome.NOTHING;
        };
    }

    private static Set<Action> actions(Boundary killedAt) {
        return switch (killedAt) {
            case RESERVED -> EnumSet.of(Action.UNDO_LAUNCH);
            case STARTED, LAUNCHED, READY, READY_TO_HOLD -> EnumSet.of(Action.FINISH_LAUNCH);
            case LIVE -> EnumSet.of(Action.ANNOUNCE);
            case ANNOUNCED, SERVED, HELD -> EnumSet.noneOf(Action.class);
            case RETIRING, WITHDRAWN, DRAINED, STOPPED, REMOVED -> EnumSet.of(Action.FINISH_RETIREMENT);
        };
    }

    /** Returns what there is under the prefix: containers, keys and records, which are one of each at most. */
    private static String standing(RealWorld world, String name) {
        List<Container> containers = world.containers();
        List<Announcement> keys = world.registry.announcements();
        Map<String, InstanceRecord> records = new InstanceRecords(world.registry.records(), world.prefix).all();
        assertThat(containers).extracting(Container::name).isSubsetOf(name).hasSizeLessThan(2);
        assertThat(keys).extracting(Announcement::name).isSubsetOf(name).hasSizeLessThan(2);
        assertThat(records.keySet()).isSubsetOf(name);
        List<String> parts = new ArrayList<>();
        containers.forEach(
                container -> parts.add("container " + container.status().name().toLowerCase(Locale.ROOT)));
        keys.forEach(key -> parts.add("key"));
        records.values().forEach(record -> parts.add("record " + record.intent()));
        return parts.isEmpty() ? "nothing" : String.join(", ", parts);
    }

    private static void tell(Boundary killedAt, String by, String left, List<Action> done, String standing) {
        String repairs =
                done.isEmpty() ? "none" : done.stream().map(Action::name).collect(Collectors.joining(", "));
        ROWS.add(String.format(ROW, killedAt, by, left, repairs, standing));
    }

    /** Waits until the container answers, if there is one that runs: a repair gives it little time. */
    private static void awaitAnswer(RealWorld world) {
        for (Container container : world.containers()) {
            container
                    .ports()
                    .forEach(port -> await().ignoreExceptions()
                            .until(() -> !RealWorld.get(URI.create("http://127.0.0.1:" + port.hostPort() + "/"))
                                    .isEmpty()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void killed_atEachBoundary_isPutRightByTheNextReconcile(Boundary killedAt) throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri())) {
            String name = "killed-" + world.prefix.substring(20);
            HaltingProgram.runAndKill(killedAt, world, name);
            String left = standing(world, name);
            awaitAnswer(world);

            Reconciliation reconciliation = world.scaler.reconcile();

            assertThat(reconciliation.failures()).isEmpty();
            List<Action> done =
                    reconciliation.repairs().stream().map(Repair::what).toList();
            assertThat(done).containsExactlyInAnyOrderElementsOf(actions(killedAt));
            tell(killedAt, "reconcile", left, done, standing(world, name));
            assertOutcome(world, name, outcome(killedAt));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESERVED", "STARTED", "READY_TO_HOLD", "LIVE", "RETIRING", "STOPPED"})
    void killed_anotherIsOpenAndAdoptsAll_isPutRightByItself(Boundary killedAt) throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri())) {
            String name = "killed-" + world.prefix.substring(20);
            HaltingProgram.runAndKill(killedAt, world, name);
            String left = standing(world, name);
            List<Repair> repairs = new CopyOnWriteArrayList<>();

            try (Scaler adopting = Forrest.builder(world.runtime, world.registry)
                    .advertise("127.0.0.1")
                    .supervision(Supervision.withdraw())
                    .adopt(Adoption.ALL)
                    .onEvent(event -> {
                        if (event instanceof Repaired repaired) {
                            repairs.add(repaired.repair());
                        }
                    })
                    .build()) {
                await().ignoreExceptions().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                    assertThat(done(repairs)).containsAll(actions(killedAt));
                    assertThat(adopting.reconcile(ReconcileMode.DRY_RUN).repairs())
                            .as("what is left to do after %s", repairs)
                            .isEmpty();
                });
            }

            // Its first two passes may both come upon a missing key, and say so.
            assertThat(done(repairs)).as("%s", repairs).isEqualTo(actions(killedAt));
            tell(killedAt, "adopter", left, List.copyOf(done(repairs)), standing(world, name));
            assertOutcome(world, name, outcome(killedAt));
        }
    }

    /** Returns what was done at last: a container that does not answer in time is tried again. */
    private static Set<Action> done(Collection<Repair> repairs) {
        return repairs.stream()
                .filter(repair -> !repair.failed())
                .map(Repair::what)
                .collect(Collectors.toSet());
    }

    private static void assertOutcome(RealWorld world, String name, Outcome outcome) throws Exception {
        assertThat(world.scaler.reconcile(ReconcileMode.DRY_RUN).repairs()).isEmpty();
        if (outcome != Outcome.NOTHING) {
            Instance instance = world.scaler.find(name).orElseThrow();
            assertThat(instance.state().stage()).isEqualTo(outcome == Outcome.ANNOUNCED ? Stage.ANNOUNCED : Stage.HELD);
            assertThat(RealWorld.get(URI.create("http://" + instance.endpoint() + "/")))
                    .isNotEmpty();
            instance.stop();
        }
        world.assertNothingLeft();
    }
}
