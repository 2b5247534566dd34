package io.forrest.haproxy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The statistics socket of an HAProxy, and its master's where that is known. Immutable and thread-safe. */
final class StatsSocket implements StatsSource {

    /** Of all proxies (-1) the servers and what closes them (4 + 2), each with all of its servers (-1). */
    static final String SHOW_STAT = "show stat -1 6 -1";

    /**
     * One connection for both, so that both come from the same worker however near a reload is; and the information last, so
     * that where it is there, the statistics before it came to their end.
     */
    static final String QUESTION = SHOW_STAT + ";show info";

    private static final String OLD_WORKERS = "old workers of a reload cannot be seen without the master socket";

    private static final Pattern END_OF_TABLE = Pattern.compile("\\R\\s*\\R");
    private static final Pattern PID = Pattern.compile("(?m)^Pid: (\\d+)$");
    private static final Pattern START = Pattern.compile("(?m)^Start_time_sec: (\\d+)$");

    private final HaproxySocket socket;
    private final @Nullable MasterSocket master;

    StatsSocket(HaproxySocket socket, @Nullable MasterSocket master) {
        this.socket = socket;
        this.master = master;
    }

    @Override
    public Reading read() throws IOException {
        return reading(socket.ask(QUESTION));
    }

    /** Takes the two answers apart. */
    static Reading reading(String answer) throws IOException {
        Matcher gap = END_OF_TABLE.matcher(answer);
        boolean two = gap.find();
        StatsTable table = StatsTable.parse(two ? answer.substring(0, gap.start()) : answer);
        Optional<String> process = two ? process(answer.substring(gap.end())) : Optional.empty();
        return new Reading(
                table, process.orElseThrow(() -> new IOException("HAProxy's statistics end before their end")));
    }

    /** Returns which process has answered {@code show info}: a container's often have the same pid, so the start counts too. */
    static Optional<String> process(String information) {
        Matcher pid = PID.matcher(information);
        Matcher start = START.matcher(information);
        return pid.find() ? Optional.of(pid.group(1) + (start.find() ? "@" + start.group(1) : "")) : Optional.empty();
    }

    @Override
    public Optional<String> blindSpot(String instance, Reading current) {
        return master == null ? Optional.of(OLD_WORKERS) : Optional.empty();
    }

    @Override
    public List<OldWorker> oldWorkers(Reading current) throws IOException {
        return master == null ? List.of() : master.oldWorkers(current.process());
    }

    @Override
    public String showsAddresses() {
        return "level operator";
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
