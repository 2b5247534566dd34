package io.forrest.docker;

import io.forrest.Subscription;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.TimeSource;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows an engine's events for ever, by one stream after another. A stream begins with what happened since the moment
 * before it was asked for, by the engine's own clock, for the engine answers before it listens to itself: so nothing falls
 * between a list made once the stream stands and the stream, and nothing older is told, which a listener that has listed
 * would take for news. What happened while there was no stream is not asked for: an engine forgets it when it dies.
 *
 * <p>A silent stream may be a calm fleet or a path that froze: the engine is asked whether it is there, and now and then the
 * stream renewed, because a path that was forgotten on the way is silent beside another that works. Thread-safe.
 */
final class EventWatch implements Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(DockerRuntime.class);

    /** How many silences in a row a stream is trusted for; 5 minutes by default. */
    private static final int SILENCES = 10;

    private final Engine engine;
    private final TimeSource time;
    private final Map<String, String> labels;
    private final Consumer<EventWatch> onClose;
    private final EventDelivery delivery;
    private final Thread thread;
    private volatile boolean closed;

    /** Confined to the thread. */
    private final Pause pause = new Pause();

    /** One try for a stream. */
    private static final class Stream {

        final AtomicInteger silences = new AtomicInteger();
        final AtomicReference<@Nullable Long> stoodAt = new AtomicReference<>();
    }

    /** Gives up a stream that nothing is known to be wrong with. */
    private static final class Renewal extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Renewal() {
            super("silent for long", null, false, false);
        }
    }

    EventWatch(
            Engine engine,
            TimeSource time,
            Map<String, String> labels,
            ContainerListener listener,
            Consumer<EventWatch> onClose) {
        this.engine = engine;
        this.time = time;
        this.labels = labels;
        this.onClose = onClose;
        this.delivery = new EventDelivery(listener, engine.workers());
        this.thread = engine.workers().lasting("watch", this::run);
    }

    void start() {
        delivery.start();
        thread.start();
    }

    private void run() {
        while (!closed) {
            Stream stream = new Stream();
            try {
                follow(stream);
                broke(stream, "the Docker engine at " + engine.address() + " ended its events");
            } catch (Renewal e) {
                LOG.debug(
                        "the events of the Docker engine at {} are asked for anew: {}", engine.address(), e.toString());
            } catch (RuntimeException e) {
                broke(stream, why(e));
            } catch (Error e) {
                // A watch does not end by a defect of its own
                LOG.error("the watch of the Docker engine at {} failed, and begins anew", engine.address(), e);
                broke(stream, "cannot follow the events of the Docker engine at " + engine.address() + ": " + e);
            }
        }
    }

    private void follow(Stream stream) {
        delivery.begin(stream);
        EventReader reader = new EventReader(labels);
        boolean unused = engine.exchangeRaw(
                "GET",
                "/events?" + EventReader.query(labels, since()),
                Map.of(),
                Patience.endless(engine.deadlines().silence(), () -> endure(stream)),
                (status, body, response) -> {
                    stands(stream);
                    reader.read(body, call -> {
                        stream.silences.set(0);
                        delivery.tell(stream, call);
                    });
                    return true;
                });
    }

    /** Returns what time it is by the engine's clock, in seconds since 1970, or by ours if it does not say. */
    private String since() {
        @Nullable String told = engine.askRaw(docker -> docker.infoCmd().exec().getSystemTime());
        Instant now = EngineTime.read(told).orElseGet(time::now);
        return String.format(Locale.ROOT, "%d.%09d", now.getEpochSecond(), now.getNano());
    }

    private void stands(Stream stream) {
        stream.stoodAt.set(time.nanoTime());
        if (delivery.stands(stream)) {
            LOG.info("the Docker engine at {} tells its events again", engine.address());
        }
    }

    private void endure(Stream stream) {
        if (stream.silences.incrementAndGet() >= SILENCES) {
            throw new Renewal();
        }
        engine.askRaw(docker -> docker.pingCmd().exec());
    }

    private String why(RuntimeException failure) {
        return EngineErrors.printable(String.valueOf(engine.errors()
                .translate("follow the events of containers", failure)
                .getMessage()));
    }

    private void broke(Stream stream, String why) {
        // Whether this is the end is for the loop to say
        boolean unused = Thread.interrupted();
        if (closed) {
            return;
        }
        if (delivery.broke(why)) {
            LOG.warn("containers may die unnoticed until the Docker engine tells its events again: {}", why);
        }
        Long stoodAt = stream.stoodAt.get();
        if (stoodAt != null && time.nanoTime() - stoodAt >= Pause.MAX.toNanos()) {
            pause.reset();
        }
        try {
            time.sleep(pause.next());
        } catch (InterruptedException e) {
            LOG.debug("a pause was cut short", e);
        }
    }

    /** Ends it at once: the listener is called no more, and what the engine keeps for it is freed. Does not block. */
    @Override
    public void close() {
        closed = true;
        delivery.close();
        thread.interrupt();
        onClose.accept(this);
    }
}
