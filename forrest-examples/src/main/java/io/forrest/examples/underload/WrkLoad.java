package io.forrest.examples.underload;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Clients of the program {@code wrk}. Thread-safe. */
final class WrkLoad implements LoadGenerator {

    private static final int CLIENTS = 4;

    private static final Pattern REQUESTS = Pattern.compile("(?m)^\\s*(\\d+) requests in ");
    private static final Pattern SOCKET_ERRORS =
            Pattern.compile("(?m)^\\s*Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)$");
    private static final Pattern BAD_ANSWERS = Pattern.compile("(?m)^\\s*Non-2xx or 3xx responses: (\\d+)$");

    private final Path directory;
    private final AtomicInteger started = new AtomicInteger();

    /**
     * Creates it.
     *
     * @param directory where the reports go
     */
    WrkLoad(Path directory) {
        this.directory = directory;
    }

    @Override
    public Clients start(URI page, boolean keepAlive) {
        List<String> command = new ArrayList<>(
                List.of("wrk", "--threads=1", "--connections=" + CLIENTS, "--duration=24h", "--timeout=30s"));
        if (!keepAlive) {
            command.add("--header=Connection: close");
        }
        command.add(page.toString());
        return new Wrk(Program.start(
                directory.resolve("wrk-" + started.incrementAndGet()), Map.of(), command.toArray(new String[0])));
    }

    @Override
    public String toString() {
        return CLIENTS + " clients of wrk";
    }

    /**
     * Reads wrk's report. It names errors only where there are any.
     *
     * @throws IllegalStateException if it is none
     */
    static Tally tally(String report) {
        Matcher requests = REQUESTS.matcher(report);
        if (!requests.find()) {
            throw new IllegalStateException("wrk reports nothing, but says: " + report.strip());
        }
        long answered = Long.parseLong(requests.group(1));
        long unanswered = 0;
        long late = 0;
        List<String> words = new ArrayList<>();
        Matcher errors = SOCKET_ERRORS.matcher(report);
        if (errors.find()) {
            words.add(errors.group().strip());
            unanswered =
                    Long.parseLong(errors.group(1)) + Long.parseLong(errors.group(2)) + Long.parseLong(errors.group(3));
            late = Long.parseLong(errors.group(4)); // these may be answered yet, and then are among those that are
        }
        long bad = 0;
        Matcher answers = BAD_ANSWERS.matcher(report);
        if (answers.find()) {
            words.add(answers.group().strip());
            bad = Long.parseLong(answers.group(1));
        }
        return new Tally(answered + unanswered, unanswered + late + bad, words);
    }

    private record Wrk(Program program) implements Clients {

        @Override
        public Tally end() {
            program.requireAlive();
            program.signal("INT"); // it reports then
            if (!program.awaitEnd()) {
                throw new IllegalStateException("wrk does not end");
            }
            return tally(program.readOut(lines -> lines.collect(Collectors.joining("\n"))));
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
