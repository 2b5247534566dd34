package io.forrest.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forrest.docker.DockerRuntime;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.haproxy.HaproxyFixture;
import io.forrest.spi.Container;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, started by its wrapper, on a real engine and a real etcd. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForrestJarIT {

    private static final Path WRAPPER = Path.of("bin", "forrest").toAbsolutePath();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final DockerRuntime runtime = DockerRuntime.create();
    private final Map<String, String> more = new HashMap<>();
    private EtcdFixture etcd;
    private String prefix;

    @TempDir
    Path directory;

    /** How a process came out. */
    private record Outcome(int exit, List<String> out, List<String> err) {}

    @BeforeAll
    void startEtcd() {
        etcd = EtcdFixture.start();
    }

    @BeforeEach
    void setUp() {
        prefix = "it-" + UUID.randomUUID();
        more.clear();
    }

    @AfterEach
    void removeContainers() {
        List<Container> left = containers();
        left.forEach(container -> runtime.remove(container.id()));
        assertThat(left).as("containers left").isEmpty();
    }

    @AfterAll
    void end() {
        runtime.close();
        etcd.close();
    }

    @Test
    void launchListStop_image_isTheTranscriptOf2014() throws Exception {
        String image = TestImages.web();

        Outcome launch = forrest("launch", image);

        Container container = containers().get(0);
        String name = container.name();
        int port = container.ports().get(0).hostPort();
        assertThat(launch.err()).isEmpty();
        assertThat(launch.out())
                .containsExactly(
                        "  Launching " + image + " on 127.0.0.1 ...",
                        "  Announcing to " + etcdHost() + " ...",
                        "  " + image + " running on Port " + port + " with name " + name);
        assertThat(launch.exit()).isZero();

        JsonNode key = new ObjectMapper()
                .readTree(get(etcd.uri() + "/v2/keys/" + prefix + "/" + name).body());
        assertThat(key.at("/node/value").asText()).isEqualTo("127.0.0.1:" + port);
        assertThat(get("http://127.0.0.1:" + port + "/").body()).contains(TestImages.GREETING);

        Outcome list = forrest("list");
        assertThat(list.out()).hasSize(2);
        assertThat(list.out().get(1))
                .startsWith(name + " ")
                .contains(" 127.0.0.1:" + port + " ", " ANNOUNCED ", shortId(container));
        assertThat(forrest("list", "--json").out()).anyMatch(line -> line.contains(container.id()));

        Outcome stop = forrest("stop", name);
        assertThat(stop.err()).isEmpty();
        assertThat(stop.out())
                .containsExactly(
                        "  Stopping " + name + " ...",
                        "  Found container " + shortId(container) + " ...",
                        "  Stopped.");
        assertThat(stop.exit()).isZero();
        assertThat(get(etcd.uri() + "/v2/keys/" + prefix + "/" + name).statusCode())
                .isEqualTo(404);

        Outcome again = forrest("stop", name);
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err())
                .singleElement()
                .asString()
                .startsWith("forrest: ")
                .contains(name);
    }

    @Test
    void gateway_andTheOtherCommands_closeTheLoop() throws Exception {
        try (HaproxyFixture haproxy = HaproxyFixture.builder().start()) {
            more.put("FORREST_HAPROXY", haproxy.socket() + ",master=" + haproxy.masterSocket());
            Process gateway = start("gateway", "--backend", haproxy.backend());
            Outcome launch = forrest("launch", "--name=web-1", TestImages.web());

            assertThat(launch.err()).isEmpty();
            assertThat(launch.out()).contains("  Served by HAProxy");
            assertThat(get(haproxy.frontend().toString()).body()).contains(TestImages.GREETING);

            assertThat(gateway.toHandle().destroy()).isTrue();

            Outcome ended = outcome(gateway);
            assertThat(ended.exit()).isEqualTo(128 + 15);
            assertThat(ended.err()).containsExactly("forrest: interrupted; HAProxy serves on what it has");
            assertThat(ended.out())
                    .contains("Driving app of " + haproxy.socket() + " ...")
                    .anyMatch(line -> line.endsWith(haproxy.socket() + " serves " + haproxy.backend() + "/web-1"));
            assertThat(get(haproxy.frontend().toString()).body()).contains(TestImages.GREETING);
            assertThat(forrest("list").out().get(1)).contains(" SERVING ").endsWith(" UP");

            Process another = start("gateway", "--backend", haproxy.backend(), "--allow-empty");
            Outcome stop = forrest("stop", "--drain=60s", "web-1");
            await().until(() ->
                    !haproxy.ask("show servers state " + haproxy.backend()).contains("web-1"));
            assertThat(another.toHandle().destroy()).isTrue();

            assertThat(stop.err()).isEmpty();
            assertThat(stop.out()).anyMatch(line -> line.matches("  Drained in \\d+\\.\\d s"));
            assertThat(outcome(another).out())
                    .anyMatch(line -> line.endsWith(" removed " + haproxy.backend() + "/web-1"));
        }
    }

    @Test
    void gateway_haproxyWithoutSuchABackend_saysSoAndEnds() throws Exception {
        try (HaproxyFixture haproxy = HaproxyFixture.builder().start()) {
            Outcome outcome = forrest("gateway", "--backend=none", "--haproxy=" + haproxy.socket());

            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(outcome.err())
                    .singleElement()
                    .asString()
                    .startsWith("forrest: ")
                    .contains(haproxy.socket().toString(), "No such backend");
        }
    }

    @Test
    void launch_toldToEndBeforeItAnswers_isUndone() throws Exception {
        Process launch = start("launch", TestImages.neverListens());
        await().atMost(Duration.ofMinutes(1)).until(() -> !containers().isEmpty());

        assertThat(launch.toHandle().destroy()).isTrue(); // unlike the process's own method it leaves the pipes open

        Outcome outcome = outcome(launch);
        assertThat(outcome.exit()).as("after %s", outcome.err()).isEqualTo(128 + 15);
        assertThat(outcome.err()).containsExactly("forrest: interrupted, and the launch is undone");
        assertThat(containers()).isEmpty();
        assertThat(forrest("list", "--json").out()).containsExactly("[ ]");
    }

    @Test
    void launch_killedBeforeItAnswers_isSeenAndTakenBackByAnother() throws Exception {
        Process launch = start("launch", "--name=orphan", TestImages.neverListens());
        await().atMost(Duration.ofMinutes(1)).until(() -> !containers().isEmpty());
        assertThat(launch.toHandle().destroyForcibly()).isTrue();
        assertThat(outcome(launch).exit()).isEqualTo(128 + 9);

        assertThat(forrest("list").out())
                .last()
                .asString()
                .startsWith("orphan ")
                .contains(" LAUNCHING ");
        assertThat(containers()).hasSize(1);
        Outcome stop = forrest("stop", "orphan");

        assertThat(stop.err()).isEmpty();
        assertThat(stop.exit()).isZero();
        assertThat(containers()).isEmpty();
        assertThat(forrest("list", "--json").out()).containsExactly("[ ]");
    }

    @Test
    void scaleAndRollout_fleetBehindHaproxy_isOfTheNewImage() throws Exception {
        try (HaproxyFixture haproxy = HaproxyFixture.builder().start()) {
            more.put("FORREST_HAPROXY", haproxy.socket() + ",master=" + haproxy.masterSocket());
            Process gateway = start("gateway", "--backend", haproxy.backend(), "--allow-empty");

            Outcome scale = forrest("scale", "web", "3", "--image", TestImages.web());
            assertThat(scale.err()).isEmpty();
            assertThat(scale.out()).hasSize(5).last().isEqualTo("  Fleet web has 3 instances.");
            assertThat(get(haproxy.frontend().toString()).body()).contains(TestImages.GREETING);

            Outcome rollout = forrest(
                    "rollout", "web", TestImages.webVersion2(), "--waves=1,all", "--observe=1s", "--judge=alive");
            assertThat(rollout.err()).isEmpty();
            assertThat(rollout.exit()).isZero();
            assertThat(rollout.out())
                    .anyMatch(line -> line.startsWith("  Wave 2 of 2: PROMOTE; new: "))
                    .last()
                    .isEqualTo("  Promoted: all 3 of web are of " + TestImages.webVersion2() + ".");
            assertThat(get(haproxy.frontend() + "version").body()).contains("2");

            Outcome none = forrest("scale", "web", "0");
            assertThat(gateway.toHandle().destroy()).isTrue();
            assertThat(outcome(gateway).exit()).isEqualTo(128 + 15);
            assertThat(none.err()).isEmpty();
            assertThat(none.out()).last().isEqualTo("  Fleet web has 0 instances.");
        }
    }

    @Test
    void rollout_toldToEnd_isLeftAndRolledBack() throws Exception {
        assertThat(forrest("scale", "web", "2", "--image", TestImages.web()).exit())
                .isZero();
        Process rollout = start("rollout", "web", TestImages.neverListens(), "--observe=1s");
        await().atMost(Duration.ofMinutes(1)).until(() -> containers().size() == 3);

        assertThat(rollout.toHandle().destroy()).isTrue();

        Outcome outcome = outcome(rollout);
        assertThat(outcome.exit()).as("after %s", outcome.err()).isEqualTo(128 + 15);
        assertThat(outcome.err())
                .containsExactly("forrest: interrupted: forrest rollout --resume web goes on with the rollout, forrest"
                        + " rollout --roll-back web takes it back");
        assertThat(containers()).hasSize(2);
        Outcome back = forrest("rollout", "--roll-back", "web");
        assertThat(back.exit()).as("after %s", back.err()).isZero();
        assertThat(forrest("scale", "web", "0").exit()).isZero();
    }

    @Test
    void watch_containerThatIsRemoved_isForgotten() throws Exception {
        assertThat(forrest("launch", "--name=web-1", TestImages.web()).exit()).isZero();
        Process watch = start("watch");
        try (BufferedReader lines = watch.inputReader(UTF_8)) {
            awaitLine(lines, ".* web-1 of web is ANNOUNCED at 127\\.0\\.0\\.1:\\d+");

            runtime.remove(containers().get(0).id());

            awaitLine(lines, ".* FORGET web-1 of web: .*");
            assertThat(watch.toHandle().destroy()).isTrue();
            assertThat(watch.waitFor(2, TimeUnit.MINUTES)).as("it ended").isTrue();
        }
        assertThat(watch.exitValue()).isEqualTo(128 + 15);
        assertThat(new String(watch.getErrorStream().readAllBytes(), UTF_8))
                .isEqualToIgnoringNewLines("forrest: interrupted; what runs stays as it is");
        assertThat(forrest("list", "--json").out()).containsExactly("[ ]");
    }

    private static void awaitLine(BufferedReader lines, String pattern) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.matches(pattern)) {
            line = lines.readLine();
        }
        assertThat(line).as("a line like %s", pattern).isNotNull();
    }

    @Test
    void launch_applicationThatExits_isOneLine() throws Exception {
        Outcome outcome = forrest("launch", TestImages.exitsAtOnce());

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).singleElement().asString().startsWith("forrest: ");
    }

    @Test
    void list_etcdThatIsNotThere_isOneLineThatNamesIt() throws Exception {
        Outcome outcome = forrest("list", "--etcd=127.0.0.1:1");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .startsWith("forrest: ")
                .contains("127.0.0.1:1");
    }

    @Test
    void version_throughALink_isThatOfTheJar() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("forrest"), WRAPPER);

        Outcome outcome = outcome(new ProcessBuilder(link.toString(), "--version").start());
        Files.delete(link);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).singleElement().asString().matches("forrest \\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void wrapper_withoutJar_saysHowToBuild() throws Exception {
        Path copy = Files.createDirectories(directory.resolve("bin")).resolve("forrest");
        Files.copy(WRAPPER, copy, StandardCopyOption.COPY_ATTRIBUTES);

        Outcome outcome = outcome(new ProcessBuilder(copy.toString(), "list").start());

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .startsWith("forrest: ")
                .contains("mvn ");
    }

    @Test
    void wrapper_oldJava_saysWhichItNeeds() throws Exception {
        Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder(WRAPPER.toString(), "list");
        builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());

        Outcome outcome = outcome(builder.start());

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).singleElement().asString().contains("Java 11", "17");
    }

    private Outcome forrest(String... args) throws IOException, InterruptedException {
        return outcome(start(args));
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(WRAPPER.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "ETCD_HOST",
                        etcdHost(),
                        "ETCD_PREFIX",
                        prefix,
                        "FORREST_IP",
                        "127.0.0.1",
                        "FORREST_DRAIN",
                        "0s"));
        builder.environment().putAll(more);
        return builder.start();
    }

    /** Its few lines fit into the pipes: they can be read one after the other. */
    private static Outcome outcome(Process process) throws IOException, InterruptedException {
        List<String> out = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        List<String> err = new String(process.getErrorStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ended").isTrue();
        return new Outcome(process.exitValue(), out, err);
    }

    private String etcdHost() {
        return etcd.uri().getAuthority();
    }

    private List<Container> containers() {
        return runtime.list(Map.of("io.forrest.prefix", "/" + prefix));
    }

    private static String shortId(Container container) {
        return container.id().substring(0, 12);
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
