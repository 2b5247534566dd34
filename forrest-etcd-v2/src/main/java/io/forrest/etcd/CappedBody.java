package io.forrest.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer's body up to a limit, and hangs up where it goes on. It is there as soon as the head is, for whoever sent
 * the request to wait for the rest. Thread-safe.
 */
final class CappedBody implements BodySubscriber<CappedBody> {

    /** More than 100,000 announcements. */
    static final int MAX_ANSWER = 64 << 20;

    /** A comparison that fails (code 101) repeats both values, escaped: twelve times 64 KiB at worst. */
    private static final int MAX_ERROR = 1 << 20;

    private final CompletableFuture<Body> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final int limit;
    private volatile @Nullable Subscription subscription;

    /** What was read, and whether that was all. */
    record Body(String text, boolean complete) {}

    private CappedBody(int limit) {
        this.limit = limit;
    }

    static BodyHandler<CappedBody> handler() {
        return response -> new CappedBody(response.statusCode() < 300 ? MAX_ANSWER : MAX_ERROR);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        this.subscription = subscription;
        if (whole.isDone()) {
            subscription.cancel();
        } else {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (whole.isDone()) {
                return;
            }
            byte[] bytes = new byte[Math.min(buffer.remaining(), limit - read.size())];
            buffer.get(bytes);
            read.writeBytes(bytes);
            if (buffer.hasRemaining()) {
                whole.complete(new Body(read.toString(UTF_8), false));
                hangUp();
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        whole.complete(new Body(read.toString(UTF_8), true));
    }

    @Override
    public CompletionStage<CappedBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    /** Waits for all of it. */
    Body await(Duration limit) throws InterruptedException, ExecutionException, TimeoutException {
        return whole.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Hangs up if there is more to come. */
    void giveUp() {
        if (whole.cancel(false)) {
            hangUp();
        }
    }

    private void hangUp() {
        Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
    }
}
