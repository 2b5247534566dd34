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
     * @param answered the process that has said what it serves; of one that came later, that is not known
     * @throws IOException if that is not the current worker, or an old one cannot be asked
     */
    List<OldWorker> oldWorkers(String answered) throws IOException {
        Workers workers = workers();
        if (!isCurrent(answered, workers)) {
            throw new IOException("worker " + answered + " has answered, which is not that of the master (" + socket
                    + "): reloaded just now, or another's master");
        }
        List<OldWorker> said = new ArrayList<>();
        for (String pid : workers.old()) {
            ask(pid).ifPresent(table -> said.add(new OldWorker(pid, table)));
        }
        return said;
    }

    /** Returns whether a process is the only current worker. A reload that came later is told by the next look. */
    private boolean isCurrent(String process, Workers workers) throws IOException {
        return workers.current().size() == 1
                && StatsSocket.process(socket.ask("@!" + workers.current().get(0) + " show info"))
                        .filter(process::equals)
                        .isPresent();
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
