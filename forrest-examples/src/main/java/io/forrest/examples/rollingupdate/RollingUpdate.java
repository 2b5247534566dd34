package io.forrest.examples.rollingupdate;

import io.forrest.Fleet;
import io.forrest.Instance;
import io.forrest.Judge;
import io.forrest.ObservedMember;
import io.forrest.RolloutException;
import io.forrest.RolloutReport;
import io.forrest.Scaler;
import io.forrest.Verdict;
import io.forrest.Wave;
import io.forrest.WaveFacts;
import io.forrest.core.Forrest;
import io.forrest.docker.DockerRuntime;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Makes a fleet of four instances of one image, gives it another in three waves, each of which is judged by a page that the new
 * instances are asked for, and takes it back. Not thread-safe; confine it to one thread.
 */
public final class RollingUpdate {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private RollingUpdate() {}

    /**
     * Runs the example.
     *
     * @param args the URL of etcd, {@code http://127.0.0.1:4001} say; the folder of the keys, {@code /servers} say; the image to
     *     begin with, {@code demo/myapp} say; and the image to end with, {@code demo/myapp:v2} say
     */
    public static void main(String[] args) {
        run(System.out, args);
    }

    static void run(PrintStream out, String... args) {
        try (ContainerRuntime runtime = DockerRuntime.create();
                Registry registry = EtcdV2Registry.builder(URI.create(args[0]))
                        .prefix(args[1])
                        .build();
                Scaler scaler = Forrest.builder(runtime, registry).build()) {
            Fleet fleet = scaler.launch(args[2])
                    .app("rolling-update")
                    .drainFor(Duration.ofSeconds(1))
                    .fleet();
            try {
                fleet.scaleTo(4);
                RolloutReport report = fleet.rollOut(args[3])
                        .waves(Wave.one(), Wave.percent(50), Wave.all())
                        .observe(Duration.ofSeconds(2))
                        .judge(facts -> judge(scaler, facts))
                        .run();
                report.state().verdicts().forEach(verdict -> out.println("  " + verdict));
                out.println(
                        "  " + report.state().phase() + ": " + report.launched().size() + " launched, "
                                + report.retired().size() + " taken back");
            } catch (RolloutException e) {
                out.println("  " + e.getMessage());
                e.logTail().forEach(line -> out.println("    " + line));
            } finally {
                fleet.stop();
            }
        }
    }

    /** Promotes a wave whose new members live, and give their page. */
    private static Verdict judge(Scaler scaler, WaveFacts facts) {
        Verdict alive = Judge.alive().judge(facts);
        if (alive.what() != Verdict.Decision.PROMOTE) {
            return alive;
        }
        for (ObservedMember member : facts.fresh()) {
            if (scaler.find(member.name()).filter(RollingUpdate::givesItsPage).isEmpty()) {
                return Verdict.rollBack(member.name() + " does not give its page");
            }
        }
        return alive;
    }

    private static boolean givesItsPage(Instance instance) {
        HttpRequest page = HttpRequest.newBuilder(URI.create("http://" + instance.endpoint() + "/"))
                .timeout(Duration.ofSeconds(30))
                .build();
        try {
            return HTTP.send(page, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
