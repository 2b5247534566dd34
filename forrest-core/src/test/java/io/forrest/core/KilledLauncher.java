package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.docker.TestImages;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that launches an instance and is killed before it announces it. */
final class KilledLauncher {

    static final String STARTED = "the container has started";

    private KilledLauncher() {}

    /** Launches; the arguments are etcd's URL, the prefix and the name. */
    public static void main(String[] arguments) {
        RealWorld world = new RealWorld(URI.create(arguments[0]), arguments[1]);
        world.scaler
                .launch(TestImages.web())
                .named(arguments[2])
                .readyWhen(Readiness.probe(endpoint -> {
                    System.out.println(STARTED);
                    new CountDownLatch(1).await();
                    return ProbeResult.ready();
                }))
                .announce();
    }

    /** Runs this program in a JVM of its own, and kills that once the container has started. */
    static void launchAndKill(String etcd, String prefix, String name) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dforrest.test.image.busybox=" + System.getProperty("forrest.test.image.busybox"),
                KilledLauncher.class.getName(),
                etcd,
                prefix,
                name);
        Process process = builder.redirectErrorStream(true).start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder said = new StringBuilder();
            for (String line = output.readLine(); ; line = output.readLine()) {
                assertThat(line).as("the program ended, having said %s", said).isNotNull();
                if (line.contains(STARTED)) {
                    break;
                }
                said.append(line).append('\n');
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }
}
