package io.forrest.etcd;

import java.net.URI;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener of events, and harms nobody if the listener throws. Thread-safe.
 */
final class EtcdEvents implements FailoverListener {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdV2Registry.class);

    private final Consumer<? super EtcdEvent> listener;

    EtcdEvents(Consumer<? super EtcdEvent> listener) {
        this.listener = listener;
    }

    void tell(EtcdEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) {
            LOG.warn("a listener threw at {}", event, e);
        }
    }

    @Override
    public void failedOver(URI from, URI to, String why) {
        tell(new EtcdEvent.FailedOver(from, to, why));
    }

    @Override
    public void disconnected(String why) {
        tell(new EtcdEvent.Disconnected(why));
    }

    @Override
    public void connected(URI endpoint) {
        tell(new EtcdEvent.Connected(endpoint));
    }
}
