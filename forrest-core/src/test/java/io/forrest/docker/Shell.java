package io.forrest.docker;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Runs the tools of the machine that a test stands on. */
final class Shell {

    private Shell() {}

    /** Runs a script with its arguments, and fails with what it wrote if it fails. */
    @CanIgnoreReturnValue
    static String run(String script, String... arguments) {
        String[] command = new String[arguments.length + 4];
        command[0] = "sh";
        command[1] = "-euc";
        command[2] = script;
        command[3] = "test";
        System.arraycopy(arguments, 0, command, 4, arguments.length);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException("failed: " + script + "\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Returns whether all of the given tools are there, and this process may do anything. */
    static boolean canDoAnythingWith(String... tools) {
        try {
            run("test $(id -u) = 0; for tool in \"$@\"; do command -v $tool; done", tools);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
