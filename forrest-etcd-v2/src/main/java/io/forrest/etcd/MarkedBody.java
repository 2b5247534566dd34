package io.forrest.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * A request's body that knows whether the request may have left. The HTTP client asks for the length to write the head, and
 * JDK 17 to 25 do so when the connection stands; a client that asked earlier would only make Forrest more careful, and none
 * can ask later. The exceptions do not tell: a timeout may come from a connection that was never taken. Thread-safe.
 */
final class MarkedBody implements BodyPublisher {

    private final BodyPublisher body;
    private volatile boolean begun;

    /**
     * Creates it.
     *
     * @param form the body; null: none
     */
    MarkedBody(@Nullable String form) {
        this.body = form == null ? BodyPublishers.noBody() : BodyPublishers.ofString(form, UTF_8);
    }

    /** Returns false if certainly no byte of the request has left. */
    boolean begun() {
        return begun;
    }

    @Override
    public long contentLength() {
        begun = true;
        return body.contentLength();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        begun = true;
        body.subscribe(subscriber);
    }
}
