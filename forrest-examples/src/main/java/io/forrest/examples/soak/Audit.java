package io.forrest.examples.soak;

import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Stage;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import io.forrest.spi.Records;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is wrong with a fleet at one moment. Immutable and thread-safe.
 *
 * @param leaked containers that are no member's that serves
 * @param stale keys behind which nothing of this fleet answers, records of what does not serve, and leases of what is not under way
 * @param lost how many fewer members serve than were asked for
 */
record Audit(int leaked, int stale, int lost) {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration CONNECT = Duration.ofSeconds(2);

    boolean isClean() {
        return leaked == 0 && stale == 0 && lost == 0;
    }

    /** Looks again and again until nothing is wrong, or a time has passed, and returns what is wrong then. */
    static Audit settled(SoakGround ground, Duration within) throws InterruptedException {
        TimeSource time = TimeSource.system();
        long end = time.nanoTime() + within.toNanos();
        while (true) {
            try {
                Audit audit = look(ground);
                if (audit.isClean() || time.nanoTime() > end) {
                    return audit;
                }
            } catch (ForrestException e) {
                if (time.nanoTime() > end) {
                    throw e;
                }
            }
            time.sleep(LOOK_EVERY);
        }
    }

    private static Audit look(SoakGround ground) {
        int wanted = SoakGround.SIZE; // and not what the record says, which may be what is wrong
        Map<String, Instance> serving = new HashMap<>();
        for (Instance instance : ground.scaler().instances()) {
            if (instance.state().stage() == Stage.ANNOUNCED && answers(instance)) {
                serving.put(instance.name(), instance);
            }
        }
        List<Container> containers = ground.containers();
        List<Announcement> keys = ground.registry().announcements();
        int leaked = (int) containers.stream()
                        .filter(container -> !serving.containsKey(container.name()))
                        .count()
                + Math.max(0, serving.size() - wanted);
        int stale = (int) keys.stream()
                        .filter(key -> !serving.containsKey(key.name())
                                || !serving.get(key.name()).endpoint().equals(key.endpoint()))
                        .count()
                + staleRecords(ground.registry().records(), serving.keySet());
        return new Audit(leaked, stale, Math.max(0, wanted - serving.size()));
    }

    private static int staleRecords(Records records, Set<String> serving) {
        long instances = records.list("instances").keySet().stream()
                .filter(name -> !serving.contains(name))
                .count();
        return (int) instances + records.list("leases").size();
    }

    /** Looks whether anything is left of a fleet that was stopped. */
    static Audit ofNothing(SoakGround ground) {
        Records records = ground.registry().records();
        return new Audit(
                ground.containers().size(),
                ground.registry().announcements().size()
                        + staleRecords(records, Set.of())
                        + records.list("fleets").size(),
                0);
    }

    private static boolean answers(Instance instance) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            instance.endpoint().address(), instance.endpoint().port()),
                    (int) CONNECT.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    Audit plus(Audit other) {
        return new Audit(leaked + other.leaked, stale + other.stale, lost + other.lost);
    }

    @Override
    public String toString() {
        return leaked + " leaked containers, " + stale + " stale keys, " + lost + " lost instances";
    }
}
