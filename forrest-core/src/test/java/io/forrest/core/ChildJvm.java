package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A program of the tests' in a JVM of its own, to be ended by a signal. Not thread-safe; confine it to one thread. */
final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;
    private final StringBuilder said = new StringBuilder();

    private ChildJvm(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a program with the class path and the images of this JVM. */
    static ChildJvm start(Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dforrest.test.image.busybox=" + System.getProperty("forrest.test.image.busybox"),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ChildJvm(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Has it ended if it says nothing for too long: its output is read without a limit of its own. */
    private Future<?> watchdog() {
        return CompletableFuture.runAsync(
                process::destroyForcibly, CompletableFuture.delayedExecutor(3, TimeUnit.MINUTES));
    }

    /** Reads on until the program says some words; fails with what it said if it ends before. */
    void awaitWords(String words) throws IOException {
        Future<?> watchdog = watchdog();
        try {
            for (String line = output.readLine(); ; line = output.readLine()) {
                assertThat(line)
                        .as("the program ended before \"%s\", having said:%n%s", words, said)
                        .isNotNull();
                said.append(line).append('\n');
                if (line.contains(words)) {
                    return;
                }
            }
        } finally {
            watchdog.cancel(false);
        }
    }

    /** Ends it by SIGKILL, which it cannot hear, and returns when it has ended. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Asks it by SIGTERM to end, and returns its exit code once it has. */
    @CanIgnoreReturnValue
    int terminate() throws IOException, InterruptedException {
        process.toHandle().destroy(); // that of the process itself closes the pipe that it says its last words to
        Future<?> watchdog = watchdog();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
        }
        watchdog.cancel(false);
        assertThat(process.waitFor(1, TimeUnit.MINUTES))
                .as("ended, having said:%n%s", said)
                .isTrue();
        return process.exitValue();
    }

    /** Returns what it said so far. */
    String said() {
        return said.toString();
    }

    /** Ends it, however it fares. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        output.close();
    }
}
