package io.forrest.examples.underload;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The option that says what makes the load. Not thread-safe; confine it to one thread. */
final class GeneratorOption {

    @Option(
            names = "--generator",
            paramLabel = "java|wrk",
            description = "what makes the load (wrk where it is installed, else java)")
    private @Nullable Generator generator;

    /**
     * Sees to it that there is what was asked for.
     *
     * @throws ParameterException if it is not installed
     */
    void check(CommandLine command) {
        if (generator == Generator.WRK && !Program.isInstalled("wrk")) {
            throw new ParameterException(command, "wrk is not installed, --generator=java needs nothing");
        }
    }

    /** Returns it; its reports go into a directory. */
    LoadGenerator in(Path directory) {
        boolean wrk = generator == null ? Program.isInstalled("wrk") : generator == Generator.WRK;
        return wrk ? new WrkLoad(directory) : new JavaLoad();
    }
}
