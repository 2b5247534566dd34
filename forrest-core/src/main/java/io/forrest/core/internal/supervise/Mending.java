package io.forrest.core.internal.supervise;

import io.forrest.Repair;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.lifecycle.EngineRoom;
import io.forrest.core.internal.lifecycle.InstanceLog;
import io.forrest.core.internal.lifecycle.Upkeep;
import io.forrest.core.internal.ready.NotReady;
import io.forrest.event.Repaired;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Carries out remedies, one instance in one hand at a time, and tells what came of them. Thread-safe. */
final class Mending {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.supervise");

    private final EngineRoom room;
    private final Upkeep upkeep;
    private final Set<String> inHand = ConcurrentHashMap.newKeySet();

    /** What was to be repaired while it was in hand: it may have changed since it was looked at for that. */
    private final Set<String> again = ConcurrentHashMap.newKeySet();

    /** How each instance's last repair failed, so that a failure that goes on is told once. */
    private final Map<String, Repair> failures = new ConcurrentHashMap<>();

    private volatile Consumer<String> onMissed = name -> {};
    private volatile boolean ended;

    Mending(EngineRoom room, Upkeep upkeep) {
        this.room = room;
        this.upkeep = upkeep;
    }

    /** Has somebody told which instances are to be looked at again, because they were in hand when they were to be repaired. */
    void onMissed(Consumer<String> listener) {
        onMissed = listener;
    }

    /** Has nothing be begun any more. */
    void end() {
        ended = true;
    }

    /** Forgets the failures of those that need no repair any more: if they fail again, that is told again. */
    void forgetFailuresBut(Set<String> names) {
        failures.keySet().retainAll(names);
    }

    /** Waits until nothing is being repaired; false if something still is at the deadline. */
    boolean awaitIdle(Deadline deadline) throws InterruptedException {
        synchronized (inHand) {
            while (!inHand.isEmpty() && !deadline.passed()) {
                TimeUnit.NANOSECONDS.timedWait(inHand, deadline.remaining().toNanos());
            }
            return inHand.isEmpty();
        }
    }

    /** Returns whether a remedy may take minutes: it waits for an instance to drain and to stop. */
    static boolean isLong(Remedy remedy) {
        return remedy instanceof Remedy.UndoLaunch || remedy instanceof Remedy.FinishRetirement;
    }

    /**
     * Carries out the remedies of one instance in their order, up to the first that fails.
     *
     * @param remedies the remedies
     * @param report is told each that was done, or failed
     */
    void mend(List<Remedy> remedies, Consumer<Repair> report) {
        String name = remedies.get(0).name();
        if (!inHand.add(name)) {
            again.add(name);
            if (!inHand.contains(name)) {
                tellMissed(name);
            }
            return;
        }
        try {
            if (ended) { // asked once it is in hand: whoever ends this waits for whatever was not told in time
                return;
            }
            for (Remedy remedy : remedies) {
                String failure = null;
                try {
                    if (!isDone(remedy)) {
                        continue;
                    }
                } catch (NotReady e) {
                    failure = "it does not answer: " + e.lastAnswer();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    failure = "it was interrupted";
                } catch (RuntimeException e) {
                    failure = e.getMessage() == null ? e.toString() : e.getMessage();
                }
                Repair repair = repair(remedy, failure);
                report.accept(repair);
                tell(repair);
                if (failure != null) {
                    return;
                }
            }
        } finally {
            synchronized (inHand) {
                inHand.remove(name);
                inHand.notifyAll();
            }
            tellMissed(name);
        }
    }

    private void tellMissed(String name) {
        if (again.remove(name)) {
            onMissed.accept(name);
        }
    }

    private boolean isDone(Remedy remedy) throws NotReady, InterruptedException {
        String name = remedy.name();
        if (remedy instanceof Remedy.Withdraw it) {
            return upkeep.withdraw(name, it.seen(), it.key(), it.unlessRuns());
        }
        if (remedy instanceof Remedy.Announce it) {
            return upkeep.announce(name, it.seen(), it.container());
        }
        if (remedy instanceof Remedy.RecordAnew it) {
            return upkeep.recordAnew(name, it.container());
        }
        if (remedy instanceof Remedy.FinishLaunch it) {
            return upkeep.finishLaunch(name, it.seen(), it.container());
        }
        if (remedy instanceof Remedy.UndoLaunch it) {
            return upkeep.retire(name, it.seen());
        }
        if (remedy instanceof Remedy.FinishRetirement it) {
            return upkeep.retire(name, it.seen());
        }
        if (remedy instanceof Remedy.Forget it) {
            return upkeep.forget(name, it.seen());
        }
        throw new IllegalArgumentException("no way to carry out " + remedy);
    }

    /** Returns a remedy as users are told of it. */
    static Repair repair(Remedy remedy, @Nullable String failure) {
        return new Repair(remedy.app(), remedy.name(), action(remedy), remedy.why(), failure);
    }

    private static Repair.Action action(Remedy remedy) {
        if (remedy instanceof Remedy.Withdraw) {
            return Repair.Action.WITHDRAW;
        }
        if (remedy instanceof Remedy.Announce) {
            return Repair.Action.ANNOUNCE;
        }
        if (remedy instanceof Remedy.RecordAnew) {
            return Repair.Action.RECORD;
        }
        if (remedy instanceof Remedy.FinishLaunch) {
            return Repair.Action.FINISH_LAUNCH;
        }
        if (remedy instanceof Remedy.UndoLaunch) {
            return Repair.Action.UNDO_LAUNCH;
        }
        return remedy instanceof Remedy.Forget ? Repair.Action.FORGET : Repair.Action.FINISH_RETIREMENT;
    }

    private void tell(Repair repair) {
        Repair last = repair.failed() ? failures.put(repair.instance(), repair) : failures.remove(repair.instance());
        if (repair.failed() && repair.equals(last)) {
            log(LOGGER.atDebug(), repair).log("still {}", repair);
            return;
        }
        if (repair.failed() || repair.what() == Repair.Action.WITHDRAW) {
            log(LOGGER.atWarn(), repair).log("{}", repair);
        } else {
            log(LOGGER.atInfo(), repair).log("{}", repair);
        }
        room.events().publish(new Repaired(room.time().now(), repair));
    }

    private static LoggingEventBuilder log(LoggingEventBuilder line, Repair repair) {
        return InstanceLog.about(line, repair.app(), repair.instance());
    }
}
