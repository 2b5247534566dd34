package io.forrest.haproxy;

import io.forrest.haproxy.StatsSource.OldWorker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The socket of a master, which knows the workers that a reload has left behind and passes commands on to them (HAProxy
 * Management Guide, "Master CLI"). Immutable and thread-safe.
 */
final class MasterSocket {

    private final HaproxySocket socket;

    MasterSocket(HaproxySocket socket) {
        this.socket = socket;
    }

    /**
     * Returns what the old workers say; one that has ended meanwhile is left out.
     *
     * @param current the worker that was asked before; workers that came later are not known to serve what it serves
     * @throws IOException if that one is not the current one, or an old one cannot be asked
     */
    List<OldWorker> oldWorkers(String current) throws IOException {
        Workers workers = workers();
        if (!workers.current().equals(List.of(current))) {
            throw new IOException("worker " + current + " has answered, and the master's is " + workers.current()
                    + ": reloaded just now, or it is another's master");
        }
        List<OldWorker> said = new ArrayList<>();
        for (String pid : workers.old()) {
            ask(pid).ifPresent(table -> said.add(new OldWorker(pid, table)));
        }
        return said;
    }

    private Optional<StatsTable> ask(String pid) throws IOException {
        try {
            return Optional.of(StatsTable.parse(socket.ask("@!" + pid + " " + StatsSocket.SHOW_STAT)));
        } catch (IOException e) {
            if (workers().old().contains(pid)) {
                throw new IOException("old worker " + pid + " cannot be asked: " + e.getMessage(), e);
            }
            return Optional.empty();
        }
    }

    private Workers workers() throws IOException {
        try {
            return Workers.parse(socket.ask("show proc"));
        } catch (IOException e) {
            throw new IOException("its master (" + socket + ") cannot be asked: " + e.getMessage(), e);
        }
    }
}
