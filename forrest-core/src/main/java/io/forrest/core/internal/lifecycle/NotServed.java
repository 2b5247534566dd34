package io.forrest.core.internal.lifecycle;

import io.forrest.spi.Served;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Says that balancers do not serve what is announced; what it means for the instance is for others to say. */
final class NotServed extends Exception {

    private static final long serialVersionUID = 1L;

    private final Duration waited;

    NotServed(Served served, Duration waited) {
        super(words(served));
        this.waited = waited;
    }

    /** Returns what the balancers said at last, those that could not be asked included. */
    String lastAnswer() {
        return String.valueOf(getMessage());
    }

    /** Returns how long they were given. */
    Duration waited() {
        return waited;
    }

    private static String words(Served served) {
        List<String> words = new ArrayList<>(served.waitingFor());
        served.unreachable().forEach(line -> words.add("unreachable: " + line));
        served.blindSpots().forEach(line -> words.add("not seen: " + line));
        return words.isEmpty() ? "no balancer said why" : String.join("; ", words);
    }
}
