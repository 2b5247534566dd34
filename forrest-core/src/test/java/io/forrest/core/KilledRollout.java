package io.forrest.core;

import io.forrest.Fleet;
import io.forrest.Judge;
import io.forrest.RolloutPhase;
import io.forrest.Verdict;
import io.forrest.docker.TestImages;
import io.forrest.event.RolloutProgressed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A program that rolls out in two waves, and is killed when it comes to a phase of one of them. */
final class KilledRollout {

    static final int SIZE = 2;

    /** So many waves of the default ones bring anything to a fleet of this size. */
    static final int WAVES = 2;

    static final Duration OBSERVED = Duration.ofSeconds(4);

    private static final String REACHED = "the rollout has come to ";

    /** Long enough for the phases in which members go to be met. */
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private KilledRollout() {}

    /** Rolls out; the arguments are etcd's URL, the prefix and the phase. */
    public static void main(String[] arguments) {
        RealWorld world = new RealWorld(URI.create(arguments[0]), arguments[1]);
        RolloutPhase phase = RolloutPhase.valueOf(arguments[2]);
        var unused = world.scaler.onEvent(event -> {
            if (event instanceof RolloutProgressed progress) {
                System.out.println(
                        reached(progress.state().phase(), progress.state().wave()));
            }
        });
        Fleet fleet = world.scaler.launch(TestImages.web()).drainFor(DRAIN).fleet();
        fleet.scaleTo(SIZE);
        fleet.rollOut(image(phase))
                .observe(OBSERVED)
                .judge(phase == RolloutPhase.ROLLING_BACK ? facts -> Verdict.rollBack("no") : Judge.alive())
                .run();
    }

    private static String reached(RolloutPhase phase, int wave) {
        return REACHED + phase + " of wave " + wave;
    }

    /** Returns the new version's image: one that takes its time to launch where it is to be killed meanwhile. */
    static String image(RolloutPhase phase) {
        return phase == RolloutPhase.LAUNCHING ? TestImages.slowListener() : TestImages.webVersion2();
    }

    /** Runs this program in a JVM of its own, and kills that once it has come to a phase of a wave. */
    static void rollOutAndKill(String etcd, String prefix, RolloutPhase phase, int wave)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dforrest.test.image.busybox=" + System.getProperty("forrest.test.image.busybox"),
                KilledRollout.class.getName(),
                etcd,
                prefix,
                phase.name());
        Process process = builder.redirectErrorStream(true).start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder said = new StringBuilder();
            for (String line = output.readLine(); ; line = output.readLine()) {
                if (line == null) {
                    throw new AssertionError("the program ended, having said " + said);
                }
                if (line.contains(reached(phase, wave))) {
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
