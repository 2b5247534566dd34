package io.forrest.haproxy;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs events and tells a listener of them, and harms nobody if the listener throws. Thread-safe. */
final class HaproxyEvents {

    private static final Logger LOG = LoggerFactory.getLogger(HaproxyDriver.class);

    private final Consumer<? super HaproxyEvent> listener;

    HaproxyEvents(Consumer<? super HaproxyEvent> listener) {
        this.listener = listener;
    }

    void tell(HaproxyEvent event) {
        log(event);
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) {
            LOG.warn("a listener threw at {}", event, e);
        }
    }

    private static void log(HaproxyEvent event) {
        if (event instanceof HaproxyEvent.Disconnected disconnected) {
            LOG.warn("HAProxy at {} does not answer: {}", disconnected.haproxy(), disconnected.why());
        } else if (event instanceof HaproxyEvent.Refused refused) {
            LOG.warn("HAProxy at {} {}", refused.haproxy(), refused.why());
        } else if (event instanceof HaproxyEvent.Connected || event instanceof HaproxyEvent.Restarted) {
            LOG.info("{}", event);
        } else {
            LOG.debug("{}", event);
        }
    }
}
