package io.forrest.examples.soak;

import io.forrest.spi.Container;
import io.forrest.spi.TimeSource;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Chooses faults by a seed and brings them about. Not thread-safe; confine it to one thread. */
final class Faults {

    private static final int MAX_KILLED = 3;
    private static final int LONGEST_PAUSE_MILLIS = 8_000;
    private static final int LONGEST_ABSENCE_MILLIS = 4_000;
    private static final int LONGEST_REST_MILLIS = 8_000;

    private final Random random;
    private final SoakGround ground;
    private final PrintStream out;
    private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);

    Faults(long seed, SoakGround ground, PrintStream out) {
        this.random = new Random(seed);
        this.ground = ground;
        this.out = out;
    }

    /** Brings the next fault about, and rests for a while. One that met nothing, because nothing ran, does not count. */
    void next() throws InterruptedException {
        Fault fault = choose();
        boolean met = isBroughtAbout(fault);
        counts.merge(fault, met ? 1 : 0, Integer::sum);
        out.println("  " + count() + " " + fault + (met ? "" : " met nothing"));
        pause(LONGEST_REST_MILLIS);
    }

    private boolean isBroughtAbout(Fault fault) throws InterruptedException {
        switch (fault) {
            case CONTAINERS_KILLED -> {
                boolean met = false;
                int killed = 1 + random.nextInt(MAX_KILLED);
                for (int i = 0; i < killed; i++) {
                    met |= choose(ground.running())
                            .filter(ground.engine()::kill)
                            .isPresent();
                }
                return met;
            }
            case CONTAINER_REMOVED -> {
                return choose(ground.running()).filter(ground.engine()::remove).isPresent();
            }
            case ETCD_PAUSED -> {
                ground.etcd().signal("STOP");
                pause(LONGEST_PAUSE_MILLIS);
                ground.etcd().signal("CONT");
            }
            case ETCD_RESTARTED -> {
                ground.etcd().kill();
                pause(LONGEST_ABSENCE_MILLIS);
                ground.etcd().startAgain();
            }
            case ENGINE_RESTARTED -> {
                ground.engine().kill();
                pause(LONGEST_ABSENCE_MILLIS);
                ground.engine().startAgain();
            }
            case SUPERVISOR_KILLED -> {
                ground.supervisor().kill();
                pause(LONGEST_ABSENCE_MILLIS);
                ground.supervisor().startAgain();
            }
        }
        return true;
    }

    private Fault choose() {
        int sum = Arrays.stream(Fault.values()).mapToInt(fault -> fault.weight).sum();
        int left = random.nextInt(sum);
        for (Fault fault : Fault.values()) {
            left -= fault.weight;
            if (left < 0) {
                return fault;
            }
        }
        throw new IllegalStateException("no fault left");
    }

    /** Returns one of some containers, if there are any. */
    private Optional<String> choose(List<Container> containers) {
        int drawn = random.nextInt(Integer.MAX_VALUE); // in any case, so that the seed tells what comes next
        return containers.isEmpty()
                ? Optional.empty()
                : Optional.of(containers.get(drawn % containers.size()).id());
    }

    private void pause(int longest) throws InterruptedException {
        TimeSource.system().sleep(Duration.ofMillis(random.nextInt(longest)));
    }

    int count() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    Map<Fault, Integer> counts() {
        return Map.copyOf(counts);
    }
}
