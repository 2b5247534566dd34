package io.forrest.examples.soak;

import io.forrest.examples.underload.Program;
import java.nio.file.Path;
import java.util.Map;

/** The JVM that supervises the fleet. Not thread-safe; confine it to one thread. */
final class SupervisorProcess implements AutoCloseable {

    private final Path folder;
    private final String[] arguments;
    private Program program;

    /**
     * Starts it.
     *
     * @param folder where its output goes
     * @param arguments those of {@link Supervisor}
     */
    SupervisorProcess(Path folder, String... arguments) {
        this.folder = folder;
        this.arguments = arguments.clone();
        this.program = java();
    }

    private Program java() {
        String[] command = new String[arguments.length + 5];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        command[1] = "-Xmx128m";
        command[2] = "-cp";
        command[3] = System.getProperty("java.class.path");
        command[4] = Supervisor.class.getName();
        System.arraycopy(arguments, 0, command, 5, arguments.length);
        return Program.start(folder, Map.of(), command);
    }

    /** Ends it as a crash would. */
    void kill() {
        program.signal("KILL");
        if (!program.awaitEnd()) {
            throw new IllegalStateException("the supervisor survived SIGKILL");
        }
    }

    /** Starts another in its place. */
    void startAgain() {
        program = java();
    }

    void requireAlive() {
        program.requireAlive();
    }

    @Override
    public void close() {
        program.close();
    }
}
