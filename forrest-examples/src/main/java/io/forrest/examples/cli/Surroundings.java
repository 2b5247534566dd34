package io.forrest.examples.cli;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a command finds around it: a process's own, or a test's. Thread-safe as far as its parts are.
 *
 * @param variables the environment
 * @param out standard output
 * @param err standard error
 * @param rows how many lines the terminal has at which a person looks at standard error; 0 if it is none
 * @param foundations what a scaler stands on
 * @param onShutdown takes what is to run when the process is told to end
 */
record Surroundings(
        Map<String, String> variables,
        PrintStream out,
        PrintStream err,
        int rows,
        Foundations foundations,
        Consumer<Runnable> onShutdown) {

    /** What any terminal has. */
    private static final int LEAST_ROWS = 24;

    Surroundings {
        variables = Map.copyOf(variables);
        requireNonNull(out, "out");
        requireNonNull(err, "err");
        requireNonNull(foundations, "foundations");
        requireNonNull(onShutdown, "onShutdown");
    }

    /** Those of this process. Only the shell can tell what standard error is, so the wrapper says it. */
    static Surroundings ofThisProcess() {
        return new Surroundings(
                System.getenv(),
                System.out,
                System.err,
                Boolean.getBoolean("forrest.terminal") ? Integer.getInteger("forrest.rows", LEAST_ROWS) : 0,
                new EngineAndEtcd(),
                action -> Runtime.getRuntime().addShutdownHook(new Thread(action, "forrest-shutdown")));
    }

    /** Returns a variable; empty if it is not set, or set to nothing, which a shell can hardly tell apart. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
