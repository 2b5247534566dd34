package io.forrest.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tells a process that it runs inside a container: the files that Docker and Podman put there. */
final class ContainerMarks {

    private ContainerMarks() {}

    static boolean present() {
        return Files.exists(Path.of("/.dockerenv")) || Files.exists(Path.of("/run/.containerenv"));
    }

    /** Returns this machine's or container's name; empty where the system does not tell. */
    static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
