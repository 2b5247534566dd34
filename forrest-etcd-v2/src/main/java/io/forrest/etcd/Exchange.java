package io.forrest.etcd;

import io.forrest.etcd.CappedBody.Body;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request under way: its sender waits for the head, and then for the body. It is sent blocking, because the HTTP client
 * completes the future of an asynchronous one on the common pool, which a host application may have filled. Thread-safe.
 */
final class Exchange implements AutoCloseable {

    private final Consumer<Exchange> onClose;
    private final ReentrantLock lock = new ReentrantLock();
    /** The thread that waits for the head; guarded by the lock, as all below. */
    private @Nullable Thread sender;

    private @Nullable CappedBody body;
    private boolean brokenOff;
    private boolean closed;

    Exchange(Consumer<Exchange> onClose) {
        this.onClose = onClose;
    }

    /**
     * Sends the request, and waits for the head.
     *
     * @throws CancellationException if it was broken off before or meanwhile
     */
    HttpResponse<CappedBody> send(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        begin();
        BodyHandler<CappedBody> handler = CappedBody.handler();
        HttpResponse<CappedBody> answer;
        try {
            // An interrupt may come when the head is there and the client has not returned it: then this alone knows
            // the body
            answer = client.send(request, head -> {
                CappedBody begun = (CappedBody) handler.apply(head);
                begin(begun);
                return begun;
            });
        } catch (IOException | InterruptedException e) {
            requireWhole();
            throw e;
        } finally {
            end();
        }
        requireWhole();
        return answer;
    }

    /** Waits for the body. */
    Body body(Duration limit) throws InterruptedException, ExecutionException, TimeoutException {
        CappedBody begun = body();
        if (begun == null) {
            throw new IllegalStateException("there is no head yet");
        }
        return begun.await(limit);
    }

    private void begin() {
        lock.lock();
        try {
            // Under the lock, or whoever breaks it off in between would find nobody to interrupt
            requireWhole();
            sender = Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    private void begin(CappedBody begun) {
        lock.lock();
        try {
            body = begun;
            if (!closed) {
                return;
            }
        } finally {
            lock.unlock();
        }
        begun.giveUp();
    }

    private void end() {
        lock.lock();
        try {
            sender = null;
            if (brokenOff) {
                // It was interrupted from here, and for nothing else
                boolean unused = Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }

    private void requireWhole() {
        lock.lock();
        try {
            if (brokenOff) {
                throw new CancellationException("the registry was closed");
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable CappedBody body() {
        lock.lock();
        try {
            return body;
        } finally {
            lock.unlock();
        }
    }

    /** Has whoever waits for the answer wait no longer. Until the head is there, only an interrupt can do that. */
    void breakOff() {
        lock.lock();
        try {
            brokenOff = true;
            if (sender != null) {
                sender.interrupt();
            }
        } finally {
            lock.unlock();
        }
        close();
    }

    /** Closes the connection if the exchange has not ended. */
    @Override
    public void close() {
        onClose.accept(this);
        CappedBody begun;
        lock.lock();
        try {
            closed = true;
            begun = body;
        } finally {
            lock.unlock();
        }
        if (begun != null) {
            begun.giveUp();
        }
    }
}
