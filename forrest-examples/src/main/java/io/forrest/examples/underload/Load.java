package io.forrest.examples.underload;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Clients at each of several frontends, half of them with connections that they keep. Thread-safe. */
final class Load implements AutoCloseable {

    private final List<LoadGenerator.Clients> clients;

    private Load(List<LoadGenerator.Clients> clients) {
        this.clients = List.copyOf(clients);
    }

    static Load start(LoadGenerator generator, List<URI> frontends) {
        List<LoadGenerator.Clients> clients = new ArrayList<>();
        try {
            for (URI frontend : frontends) {
                clients.add(generator.start(frontend, true));
                clients.add(generator.start(frontend, false));
            }
        } catch (RuntimeException e) {
            clients.forEach(LoadGenerator.Clients::close);
            throw e;
        }
        return new Load(clients);
    }

    /** Ends it and returns what all clients counted. */
    Tally end() {
        Tally tally = Tally.NOTHING;
        for (LoadGenerator.Clients some : clients) {
            tally = tally.plus(some.end());
        }
        return tally;
    }

    @Override
    public void close() {
        clients.forEach(LoadGenerator.Clients::close);
    }
}
