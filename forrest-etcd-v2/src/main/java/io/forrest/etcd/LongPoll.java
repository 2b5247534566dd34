package io.forrest.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import io.forrest.etcd.CappedBody.Body;
import io.forrest.etcd.EtcdClient.Exchange;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A request that etcd answers when something changes: the head at once, with how far the store has come, and the body with
 * the change (etcd v2.3 API documentation, "Waiting for a change"). Not thread-safe; confine it to one thread, but for
 * {@link #close()}.
 */
final class LongPoll implements AutoCloseable {

    private final CompletableFuture<ResponseInfo> head;
    private final Exchange exchange;

    /** Tells why a long-poll has come to nothing. */
    static final class Failed extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient boolean historyGone;

        Failed(String why, boolean historyGone) {
            super(why);
            this.historyGone = historyGone;
        }

        /** Whether etcd no longer has the index that was asked for. */
        boolean isHistoryGone() {
            return historyGone;
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    LongPoll(CompletableFuture<ResponseInfo> head, Exchange exchange) {
        // Where there is no answer, no head comes either
        this.head = head.applyToEither(exchange.response().thenCompose(response -> head), response -> response);
        this.exchange = exchange;
    }

    /** Returns what completes a head when it has come, and then reads the body. */
    static BodyHandler<Body> handler(CompletableFuture<ResponseInfo> head) {
        BodyHandler<Body> capped = CappedBody.handler();
        return response -> {
            head.complete(response);
            return capped.apply(response);
        };
    }

    /**
     * Waits until etcd has armed the watch.
     *
     * @return how far the store had come then: nothing up to there is still to come but from the index that was asked for on
     */
    EtcdHead awaitHead(Duration limit) throws InterruptedException, Failed {
        try {
            ResponseInfo response = head.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (response.statusCode() == 200) {
                return EtcdHead.of(response.headers());
            }
            // Says what it has against it; the body of an error comes with its head
            throw refused(exchange.response().get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            throw new Failed("gave no answer to a watch within " + limit.toMillis() + " ms", false);
        } catch (ExecutionException e) {
            throw broken(e);
        }
    }

    /** Waits for the change; empty if there was none in time. */
    Optional<EtcdChange> awaitChange(Duration limit) throws InterruptedException, Failed {
        HttpResponse<Body> response;
        try {
            response = exchange.response().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw broken(e);
        }
        Optional<EtcdChange> change = EtcdChange.from(AnswerReader.parse(response.body()));
        if (change.isEmpty()) {
            throw new Failed("answered a watch, but not as etcd does", false);
        }
        return change;
    }

    private static Failed refused(HttpResponse<Body> response) {
        JsonNode json = AnswerReader.parse(response.body());
        int code = json.path("errorCode").asInt();
        String error = code == 0 ? "" : " (etcd error " + code + ")";
        return new Failed("answered a watch with " + response.statusCode() + error, code == 401);
    }

    private static Failed broken(ExecutionException e) {
        if (e.getCause() instanceof CancellationException closed) {
            throw closed;
        }
        return new Failed("broke off a watch: " + NetworkFailure.words(e.getCause() == null ? e : e.getCause()), false);
    }

    /** Closes the connection if no answer has ended it, which frees the server's watcher. */
    @Override
    public void close() {
        exchange.close();
    }
}
