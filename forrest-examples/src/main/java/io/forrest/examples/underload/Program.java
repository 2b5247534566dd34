package io.forrest.examples.underload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A program that runs beside this process and writes into two files. It is no member of the terminal's process group, so that
 * Ctrl-C reaches this process alone, which ends it in its turn. Thread-safe.
 */
public final class Program implements AutoCloseable {

    private static final int LOG_LINES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;

    private Program(String name, Process process, Path out, Path err) {
        this.name = name;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts a program.
     *
     * @param directory where its output goes, into {@code out.log} and {@code err.log}
     * @param environment what it is to find in its environment, beside what this process finds
     * @param command the program and its arguments
     */
    public static Program start(Path directory, Map<String, String> environment, String... command) {
        List<String> detached = new ArrayList<>(List.of("setsid"));
        detached.addAll(List.of(command));
        Path out = directory.resolve("out.log");
        Path err = directory.resolve("err.log");
        ProcessBuilder builder =
                new ProcessBuilder(detached).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(directory);
            return new Program(command[0], builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command[0], e);
        }
    }

    /** Returns whether a program of that name can be started. */
    public static boolean isInstalled(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    /** Sends it a signal, by the name that a shell knows it by. */
    public void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int unused = kill.waitFor(); // it fails where the program has ended, which is seen by other means
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send " + signal + " to " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sees to it that it has not ended.
     *
     * @throws IllegalStateException if it has; the message has the end of what it wrote
     */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " has ended, its last words: " + lastWords());
        }
    }

    /** Waits until it ends by itself, and returns whether it did in time. */
    public boolean awaitEnd() {
        try {
            return process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns what can be read of what it wrote to its standard output so far, which may be long. */
    public <T> T readOut(Function<Stream<String>, T> reading) {
        return read(out, reading);
    }

    /** Returns what can be read of what it wrote to its standard error so far. */
    <T> T readErr(Function<Stream<String>, T> reading) {
        return read(err, reading);
    }

    private static <T> T read(Path file, Function<Stream<String>, T> reading) {
        try (Stream<String> lines = Files.lines(file)) {
            return reading.apply(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String lastWords() {
        List<String> all = readErr(Stream::toList);
        return String.join("\n", all.subList(Math.max(0, all.size() - LOG_LINES), all.size()));
    }

    /** Ends it by SIGTERM, and by SIGKILL if that is not enough. */
    @Override
    public void close() {
        process.destroy();
        if (!awaitEnd()) {
            process.destroyForcibly();
        }
    }
}
