package io.forrest.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import io.forrest.etcd.CappedBody.Body;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A request that etcd answers when something changes: the head at once, with how far the store has come, and the body with
 * the change (etcd v2.3 API documentation, "Waiting for a change"). Not thread-safe; confine it to one thread, but for
 * {@link #close()}.
 */
final class LongPoll implements AutoCloseable {

    private final HttpResponse<?> head;
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

    LongPoll(HttpResponse<?> head, Exchange exchange) {
        this.head = head;
        this.exchange = exchange;
    }

    /**
     * Makes sure that etcd has armed the watch.
     *
     * @return how far the store had come then: nothing up to there is still to come but from the index that was asked for on
     */
    EtcdHead awaitHead(Duration limit) throws InterruptedException, Failed {
        try {
            if (head.statusCode() == 200) {
                return EtcdHead.of(head.headers());
            }
            // Says what it has against it; the body of an error comes with its head
            throw refused(head.statusCode(), exchange.body(limit));
        } catch (TimeoutException e) {
            throw new Failed("gave no answer to a watch within " + limit.toMillis() + " ms", false);
        } catch (ExecutionException e) {
            throw broken(e);
        }
    }

    /** Waits for the change; empty if there was none in time. */
    Optional<EtcdChange> awaitChange(Duration limit) throws InterruptedException, Failed {
        Body body;
        try {
            body = exchange.body(limit);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw broken(e);
        }
        Optional<EtcdChange> change = EtcdChange.from(AnswerReader.parse(body));
        if (change.isEmpty()) {
            throw new Failed("answered a watch, but not as etcd does", false);
        }
        return change;
    }

    private static Failed refused(int status, Body body) {
        JsonNode json = AnswerReader.parse(body);
        int code = json.path("errorCode").asInt();
        String error = code == 0 ? "" : " (etcd error " + code + ")";
        return new Failed("answered a watch with " + status + error, code == 401);
    }

    private static Failed broken(ExecutionException e) {
        return new Failed("broke off a watch: " + NetworkFailure.words(e.getCause() == null ? e : e.getCause()), false);
    }

    /** Closes the connection if no answer has ended it, which frees the server's watcher. */
    @Override
    public void close() {
        exchange.close();
    }
}
