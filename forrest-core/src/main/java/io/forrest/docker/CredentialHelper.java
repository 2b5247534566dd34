package io.forrest.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the programs that hold credentials for Docker, {@code docker-credential-NAME get}: the registry on standard input,
 * JSON on standard output. What they say is never logged. A helper that fails counts as one without an entry, as it does
 * to the docker command line. Thread-safe.
 */
final class CredentialHelper {

    private static final Logger LOG = LoggerFactory.getLogger(CredentialHelper.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_BYTES = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a helper gives out. */
    record Answer(String user, String secret) {

        /** Returns nothing of either. */
        @Override
        public String toString() {
            return "Answer";
        }
    }

    private final DockerEnvironment environment;
    private final Workers workers;

    CredentialHelper(DockerEnvironment environment, Workers workers) {
        this.environment = environment;
        this.workers = workers;
    }

    Optional<Answer> get(String helper, String registry) {
        Optional<Path> program = program(helper);
        if (program.isEmpty()) {
            LOG.warn("docker-credential-{}, which Docker's configuration names, is not on the path", helper);
            return Optional.empty();
        }
        Process process = null;
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(program.get().toString(), "get").redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().clear();
            builder.environment().putAll(environment.variables());
            process = builder.start();
            return talk(process, helper, registry);
        } catch (IOException e) {
            LOG.warn("docker-credential-{} failed: {}", helper, e.getClass().getSimpleName());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new CallInterruptedException());
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private Optional<Answer> talk(Process process, String helper, String registry)
            throws IOException, InterruptedException {
        // its output is read from outside the wait, so that a helper that hangs can be ended
        var output = workers.submit(() -> process.getInputStream().readNBytes(MAX_BYTES));
        try (OutputStream in = process.getOutputStream()) {
            in.write((registry + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it may answer without having read the question
        }
        if (!process.waitFor(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.warn("docker-credential-{} did not answer within {} s", helper, LIMIT.toSeconds());
            return Optional.empty();
        }
        if (process.exitValue() != 0) {
            LOG.debug("docker-credential-{} has no credentials for {}", helper, registry);
            return Optional.empty();
        }
        try {
            JsonNode answer = JSON.readTree(output.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS));
            String secret = answer.path("Secret").asText();
            return secret.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Answer(answer.path("Username").asText(), secret));
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException(e);
        }
    }

    private Optional<Path> program(String helper) {
        String path = environment.variable("PATH");
        if (path == null || !helper.matches("[a-zA-Z0-9_.-]+")) {
            return Optional.empty();
        }
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .flatMap(folder -> Stream.of("", ".exe", ".cmd")
                        .map(suffix -> Path.of(folder, "docker-credential-" + helper + suffix)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
