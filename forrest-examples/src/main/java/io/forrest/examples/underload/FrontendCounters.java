package io.forrest.examples.underload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * The counters of one HAProxy's frontend, added up over its workers. A worker takes with it what it counted after the last look
 * before its end: with reloads the sum is less than what happened, and without them it is all. Not thread-safe; confine it to
 * one thread at a time.
 */
final class FrontendCounters {

    private static final String FRONTEND = "app_in,FRONTEND,";

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest request;
    private long requests;
    private long failed;
    private long lastRequests;
    private long lastFailed;

    /**
     * Creates it. No I/O.
     *
     * @param statistics HAProxy's statistics as CSV
     */
    FrontendCounters(URI statistics) {
        request = HttpRequest.newBuilder(statistics)
                .timeout(Duration.ofSeconds(2))
                .build();
    }

    /** Looks once. An answer that does not come is no news. */
    void look() {
        try {
            see(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            // the next look tells
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes what HAProxy says. Counters that have gone back are those of a new worker, which began at zero. */
    void see(String csv) {
        List<String> lines = csv.lines().toList();
        lines.stream().filter(line -> line.startsWith(FRONTEND)).findFirst().ifPresent(line -> {
            List<String> columns =
                    Arrays.asList(lines.get(0).substring("# ".length()).split(",", -1));
            String[] fields = line.split(",", -1);
            long nowRequests = Long.parseLong(fields[columns.indexOf("req_tot")]);
            long nowFailed = Long.parseLong(fields[columns.indexOf("hrsp_5xx")]);
            boolean anew = nowRequests < lastRequests || nowFailed < lastFailed;
            requests += nowRequests - (anew ? 0 : lastRequests);
            failed += nowFailed - (anew ? 0 : lastFailed);
            lastRequests = nowRequests;
            lastFailed = nowFailed;
        });
    }

    long requests() {
        return requests;
    }

    /** Returns how many requests were answered with a 5xx, by a server or by HAProxy itself. */
    long failed() {
        return failed;
    }
}
