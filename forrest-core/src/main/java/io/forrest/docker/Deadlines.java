package io.forrest.docker;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the engine may take, by kind of request. Immutable and thread-safe.
 *
 * @param read for what only looks
 * @param change for what creates, starts or removes
 * @param stopSlack what a stop may take beyond its grace
 * @param settle how long the answer to a create is still waited for once the caller is interrupted
 * @param undo for taking back what a failed start has made
 * @param pullIdle how long a pull may tell no progress
 * @param silence how long a stream of events may tell nothing before the engine is asked whether it is there
 */
record Deadlines(
        Duration read,
        Duration change,
        Duration stopSlack,
        Duration settle,
        Duration undo,
        Duration pullIdle,
        Duration silence) {

    static final Deadlines DEFAULT = new Deadlines(
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofSeconds(30));

    private static final Pattern STOP = Pattern.compile("/containers/[^/]+/stop(?:\\?(?:.*&)?t=(\\d+))?.*");

    /** Returns the deadline of a request from method and path, the only things docker-java hands on. */
    Duration of(Request request) {
        if (request.method().equals("GET")) {
            return read;
        }
        Matcher stop = STOP.matcher(request.path());
        if (stop.find()) {
            String seconds = stop.group(1);
            return stopSlack.plusSeconds(seconds == null ? 10 : Long.parseLong(seconds));
        }
        return change;
    }
}
