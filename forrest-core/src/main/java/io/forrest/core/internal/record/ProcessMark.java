package io.forrest.core.internal.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What tells a process from every other that ever was, on any host, so that a record can say who is at work on it. Whether such
 * a process has ended can be told on its own host alone, and only from where its process id means the same: by Linux's boot
 * id, its PID namespace, and the time at which it was started (proc(5)); and only where processes of other users are not hidden.
 * Everywhere else nobody can tell. Immutable and thread-safe.
 */
public final class ProcessMark {

    private static final Pattern PROCESS =
            Pattern.compile("(?<place>[^/]+/[^/]+)/(?<id>\\d{1,10})/(?<start>\\d{1,20})");
    private static final Pattern PROC_MOUNT = Pattern.compile("(\\S+ ){4}/proc .* - proc \\S+ (?<options>\\S+)");
    private static final Pattern HIDING = Pattern.compile("(^|,)hidepid=(?!(0|off)(,|$))");
    private static final int START_TIME = 22;
    private static final int FIRST_AFTER_NAME = 3;

    private static final Path PROC = Path.of("/proc");
    private static final String MARK = mark();

    private ProcessMark() {}

    /** Returns the mark of this process. */
    public static String own() {
        return MARK;
    }

    /** Returns whether the process of a mark has certainly ended. */
    public static boolean hasEnded(String mark) {
        return hasEnded(mark, PROC);
    }

    /** Returns the same by what stands in a directory such as /proc. */
    static boolean hasEnded(String mark, Path proc) {
        var other = PROCESS.matcher(mark);
        var own = PROCESS.matcher(MARK);
        if (!other.matches() || !own.matches() || !other.group("place").equals(own.group("place"))) {
            return false;
        }
        try {
            Optional<String> start = startTime(proc, other.group("id"));
            return start.isPresent() ? !start.get().equals(other.group("start")) : showsAll(proc);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Returns whether a process that is not seen is not there: proc(5)'s {@code hidepid}, which systemd's {@code ProtectProc}
     * sets, hides the processes of other users.
     */
    private static boolean showsAll(Path proc) throws IOException {
        return startTime(proc, "1").isPresent()
                && !hidesProcesses(Files.readString(proc.resolve("self").resolve("mountinfo")));
    }

    /** Returns whether the topmost mount of /proc hides processes, by the lines of proc(5)'s mountinfo; also if there is none. */
    private static boolean hidesProcesses(String mounts) {
        return mounts.lines()
                .map(PROC_MOUNT::matcher)
                .filter(Matcher::matches)
                .map(mount -> HIDING.matcher(mount.group("options")).find())
                .reduce((lower, upper) -> upper)
                .orElse(true);
    }

    private static String mark() {
        try {
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            String namespace =
                    Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            String id = Long.toString(ProcessHandle.current().pid());
            return boot + "/" + namespace + "/" + id + "/" + startTime(PROC, id).orElseThrow();
        } catch (IOException | UnsupportedOperationException e) {
            return UUID.randomUUID().toString();
        }
    }

    /** Returns when a process was started, in ticks since the boot; empty if there is none of that id. */
    private static Optional<String> startTime(Path proc, String id) throws IOException {
        Path status = proc.resolve(id).resolve("stat");
        try {
            String text = Files.readString(status);
            // The second field is the program's name in parentheses, and may itself hold blanks and parentheses.
            String[] afterName = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(afterName[START_TIME - FIRST_AFTER_NAME]);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
