package io.forrest.examples.underload;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What HAProxy wrote of the requests that it took: a line {@code 200 --} for each, the status and how the session ended
 * (HAProxy Configuration Manual, "Session state at disconnection"). All workers write into one file, so that none takes its
 * count along when it ends; under load HAProxy leaves out a line now and then. Immutable and thread-safe.
 *
 * @param requests how many
 * @param failed how many of them were answered with a 5xx, or broken off by anybody but the client
 */
record RequestLog(long requests, long failed) {

    private static final Pattern LINE = Pattern.compile("(-?\\d+) (\\S)(\\S)");

    /** A client that ends, or takes its time, is no failure of the service. */
    private static final String CLIENT = "Cc";

    static RequestLog of(Stream<String> lines) {
        long requests = 0;
        long failed = 0;
        for (String line : (Iterable<String>) lines::iterator) {
            Matcher request = LINE.matcher(line);
            if (request.matches()) {
                requests++;
                failed += isFailed(Integer.parseInt(request.group(1)), request.group(2)) ? 1 : 0;
            }
        }
        return new RequestLog(requests, failed);
    }

    private static boolean isFailed(int status, String end) {
        return !CLIENT.contains(end) && (HttpStatus.isServerError(status) || !end.equals("-"));
    }

    RequestLog plus(RequestLog other) {
        return new RequestLog(requests + other.requests, failed + other.failed);
    }
}
