package io.forrest.etcd;

import io.forrest.Subscription;
import io.forrest.etcd.Outcome.Answered;
import io.forrest.etcd.Outcome.Denied;
import io.forrest.etcd.Outcome.Lost;
import io.forrest.etcd.Outcome.NotSent;
import io.forrest.etcd.Outcome.Rejected;
import io.forrest.spi.RegistryListener;
import io.forrest.spi.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what stands below a prefix, for ever: it lists, and then polls for one change after another from the index of the
 * list on, so that none falls between. Whatever it cannot be sure of, it lists again: after any failure, when etcd no longer
 * has the history, when its index has gone back, when it is far behind. A poll that brings nothing is given up after a while
 * and the member asked through the quorum, because a path that froze, and a member that lost the others, are silent.
 * Thread-safe.
 */
final class EtcdWatch implements Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdV2Registry.class);

    /** Walking through the history costs etcd a request for each event; listing costs one for all. */
    private static final int FAR_BEHIND = 16;

    private static final Duration HEAD_LIMIT = Duration.ofSeconds(2);

    private final EtcdClient client;
    private final Failover failover;
    private final Keyspace keys;
    private final WatchPace pace;
    private final EtcdEvents events;
    private final TimeSource time;
    private final Consumer<EtcdWatch> onClose;
    private final Delivery delivery;
    private final Thread thread = EtcdThreads.create("watch", this::run);
    private volatile boolean closed;

    /** Confined to the thread, as all below. */
    private final Picture picture;

    private final Pause pause = new Pause();
    private int current;
    private int failures;
    /** How often it had to begin anew since it last went on without. */
    private int breaks;

    private boolean disconnected;
    private boolean everListed;
    private EtcdHead head = EtcdHead.NONE;
    private Elapsed sinceUnrest;
    private boolean unrest;
    private Elapsed sinceList;

    /** What made a member not good enough, in one line. */
    private static final class Trouble extends Exception {

        private static final long serialVersionUID = 1L;

        Trouble(String why) {
            super(why);
        }
    }

    EtcdWatch(
            EtcdClient client,
            Failover failover,
            Keyspace keys,
            WatchPace pace,
            EtcdEvents events,
            RegistryListener listener,
            Consumer<EtcdWatch> onClose) {
        this.client = client;
        this.failover = failover;
        this.keys = keys;
        this.pace = pace;
        this.events = events;
        this.time = failover.time();
        this.onClose = onClose;
        this.delivery = new Delivery(listener);
        this.picture = new Picture(keys.prefix());
        this.sinceUnrest = Elapsed.sinceNow(time);
        this.sinceList = sinceUnrest;
    }

    void start() {
        delivery.start();
        thread.start();
    }

    private void run() {
        current = failover.lastGood();
        while (!closed && !client.isClosed()) {
            try {
                follow();
            } catch (InterruptedException | CancellationException e) {
                // Whether this is the end is for the loop to say: a listener of events may have left the thread
                // interrupted
                LOG.debug("a watch of {} was interrupted", keys.prefix(), e);
            }
        }
    }

    /** Lists and follows at one endpoint, until that has no good answer. */
    private void follow() throws InterruptedException {
        try {
            list();
            while (!closed) {
                String stale = poll();
                if (!stale.isEmpty()) {
                    breaks++;
                    if (breaks > 1) {
                        time.sleep(pause.next());
                    }
                    LOG.debug("listing {} again: {}", keys.prefix(), stale);
                    list();
                    events.tell(new EtcdEvent.Resynchronised(stale));
                } else if (sinceList.isOver(pace.relist())) {
                    list();
                }
            }
        } catch (Trouble e) {
            failed(String.valueOf(e.getMessage()));
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // A watch does not end by a defect of its own
            LOG.error("the watch of {} failed, and begins anew", keys.prefix(), e);
            failed("cannot be followed: " + e);
        }
    }

    private void list() throws InterruptedException, Trouble {
        EtcdAnswer answer = ask(keys.announcements(), failover.limit(failover.deadline()));
        boolean back = disconnected;
        answered();
        boolean unsettled = back || answer.head().index() < head.index();
        settle();
        seen(answer.head(), unsettled);
        // Goes back where the store was built anew
        head = answer.head();
        picture.list(answer.node() == null ? List.of() : answer.node().children());
        settle();
        sinceList = Elapsed.sinceNow(time);
        everListed = true;
        delivery.snapshot(picture.announcements());
    }

    /**
     * Waits for one change.
     *
     * @return why everything is to be listed again; empty if it is not
     */
    private String poll() throws InterruptedException, Trouble {
        long index = head.index() + 1;
        URI endpoint = endpoint();
        Optional<EtcdChange> change;
        EtcdHead armed;
        try (LongPoll poll = client.poll(endpoint, EtcdRequest.poll(keys.announcements(), index), headLimit())) {
            // A member without a quorum arms it too: this is no sign of life
            armed = poll.awaitHead(headLimit());
            if (armed.index() + 1 < index) {
                return "the store's index went back from " + head.index() + " to " + armed.index();
            }
            seen(armed, false);
            settle();
            change = poll.awaitChange(patience());
        } catch (LongPoll.Failed e) {
            if (e.isHistoryGone()) {
                return "etcd no longer has the changes since " + head.index();
            }
            throw new Trouble(e.why());
        }
        if (change.isEmpty()) {
            // Nothing of ours up to where the store was when it began to wait
            head = new EtcdHead(armed.index(), head.term());
            EtcdHead now = ask(keys.nowhere(), headLimit()).head();
            answered();
            steady();
            seen(now, false);
            settle();
            return "";
        }
        long changed = change.get().node().modifiedIndex();
        if (changed + FAR_BEHIND < armed.index()) {
            return "it is " + (armed.index() - changed) + " changes behind";
        }
        head = new EtcdHead(Math.max(changed, head.index()), head.term());
        steady();
        picture.apply(change.get()).forEach(name -> delivery.changed(name, picture.get(name)));
        return "";
    }

    /** Asks this member through the quorum. */
    private EtcdAnswer ask(String path, Duration limit) throws InterruptedException, Trouble {
        Outcome<EtcdAnswer> outcome = client.attempt(endpoint(), EtcdRequest.read(path), limit);
        if (outcome instanceof Answered<EtcdAnswer> answered) {
            return answered.answer();
        }
        throw new Trouble(why(outcome));
    }

    private static String why(Outcome<EtcdAnswer> outcome) {
        if (outcome instanceof NotSent<EtcdAnswer> notSent) {
            return notSent.why();
        }
        if (outcome instanceof Lost<EtcdAnswer> lost) {
            return lost.why();
        }
        if (outcome instanceof Rejected<EtcdAnswer> rejected) {
            return rejected.why();
        }
        return outcome instanceof Denied<EtcdAnswer> denied ? denied.why() : "";
    }

    /** An election, an outage, a store built anew: what ran out of its ttl meanwhile may yet be renewed. */
    private void seen(EtcdHead now, boolean unsettled) {
        boolean elected = head.term() > 0 && now.term() > head.term();
        // Not begun anew while it lasts, or whoever is cut off again and again would hold the dead for ever
        if (everListed && !unrest && (elected || unsettled)) {
            unrest = true;
            sinceUnrest = Elapsed.sinceNow(time);
        }
        head = new EtcdHead(head.index(), Math.max(now.term(), head.term()));
    }

    /** In calm times lets go of what ran out. */
    private void settle() {
        if (unrest && sinceUnrest.isOver(pace.calm())) {
            unrest = false;
        }
        if (!unrest && picture.holds()) {
            picture.release().forEach(name -> delivery.changed(name, Optional.empty()));
        }
    }

    private Duration patience() {
        Duration untilCalm = sinceUnrest.leftOf(pace.calm());
        return unrest && picture.holds() && untilCalm.compareTo(pace.hold()) < 0 ? untilCalm : pace.hold();
    }

    private Duration headLimit() {
        Duration limit = failover.limit(failover.deadline());
        return limit.compareTo(HEAD_LIMIT) < 0 ? limit : HEAD_LIMIT;
    }

    private URI endpoint() {
        return failover.endpoints().get(current);
    }

    private void answered() {
        failover.answered(current);
        failures = 0;
        if (disconnected) {
            disconnected = false;
            delivery.reconnected();
        }
    }

    private void steady() {
        breaks = 0;
        pause.reset();
    }

    private void failed(String why) throws InterruptedException {
        failover.failed(current, why);
        failures++;
        int count = failover.endpoints().size();
        if (failures >= count && !disconnected) {
            disconnected = true;
            delivery.disconnected("etcd at " + endpoint() + " " + why);
        }
        current = (current + 1) % count;
        breaks++;
        if (breaks % count == 0) {
            time.sleep(pause.next());
        }
    }

    /** Ends it at once: the listener is called no more, and what etcd keeps for it is freed. Does not block. */
    @Override
    public void close() {
        closed = true;
        delivery.close();
        thread.interrupt();
        onClose.accept(this);
    }
}
