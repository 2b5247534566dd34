package io.forrest.core.internal.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What tells a process from every other that ever was, on any host, so that a record can say who is at work on it. Whether such
 * a process has ended can be told on its own host alone, and only from where its process id means the same: by Linux's boot
 * id, its PID namespace, and the time at which it was started (proc(5)). Everywhere else nobody can tell, nor where {@code /proc}
 * is mounted with {@code hidepid} and so hides the living of other users. Immutable and thread-safe.
 */
public final class ProcessMark {

    private static final Pattern PROCESS =
            Pattern.compile("(?<place>[^/]+/[^/]+)/(?<id>\\d{1,10})/(?<start>\\d{1,20})");
    private static final Pattern HIDING = Pattern.compile("[ ,]hidepid=(?!0|off)");
    private static final int MOUNT_POINT = 4;
    private static final int START_TIME = 22;
    private static final int FIRST_AFTER_NAME = 3;

    private static final String MARK = mark();

    private ProcessMark() {}

    /** Returns the mark of this process. */
    public static String own() {
        return MARK;
    }

    /** Returns whether the process of a mark has certainly ended. */
    public static boolean hasEnded(String mark) {
        var other = PROCESS.matcher(mark);
        var own = PROCESS.matcher(MARK);
        if (!other.matches() || !own.matches() || !other.group("place").equals(own.group("place"))) {
            return false;
        }
        try {
            Optional<String> start = startTime(other.group("id"));
            return start.isEmpty()
                    ? showsAll(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                    : !start.get().equals(other.group("start"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns whether all processes can be seen under {@code /proc}, by the lines of mountinfo (proc(5)); the last mount counts. */
    static boolean showsAll(List<String> mounts) {
        boolean all = false;
        for (String mount : mounts) {
            String[] halves = mount.split(" - ", 2);
            if (halves.length == 2
                    && halves[1].startsWith("proc ")
                    && halves[0].split(" ", -1)[MOUNT_POINT].equals("/proc")) {
                all = !HIDING.matcher(halves[1]).find();
            }
        }
        return all;
    }

    private static String mark() {
        try {
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            String namespace =
                    Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            String id = Long.toString(ProcessHandle.current().pid());
            return boot + "/" + namespace + "/" + id + "/" + startTime(id).orElseThrow();
        } catch (IOException | UnsupportedOperationException e) {
            return UUID.randomUUID().toString();
        }
    }

    /** Returns when a process was started, in ticks since the boot; empty if there is none of that id. */
    private static Optional<String> startTime(String id) throws IOException {
        Path status = Path.of("/proc", id, "stat");
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
