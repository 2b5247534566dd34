package io.forrest.examples.confd;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Plays confd's part with {@code -interval}: reads the keys, renders the example's template, has its check judge the outcome, puts
 * it in HAProxy's place and reloads HAProxy, which runs in a container. The file's fixed ports and paths are this test's own.
 * Thread-safe.
 */
final class ConfdStandIn implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String MOUNT = "/forrest";
    private static final String CHECK = "/usr/sbin/haproxy -c -q -f {{.src}}";
    private static final String GUARD = "grep -Eq '^ *server ' {{.src}} && ";

    private final ConfdFiles files = new ConfdFiles();
    private final URI keys;
    private final Path folder;
    private final Server haproxy;
    private final int frontend = freePort();
    private final int page = freePort();
    private final AtomicInteger reloads = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final ScheduledExecutorService interval = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "confd");
        thread.setDaemon(true);
        return thread;
    });

    /** The container; a class of its own because of the self type. */
    private static final class Server extends GenericContainer<Server> {
        Server(String image) {
            super(DockerImageName.parse(image));
        }
    }

    /**
     * Starts HAProxy with a first server, and looks at the keys from then on.
     *
     * @param etcd where the keys are
     */
    ConfdStandIn(URI etcd, long intervalMillis) throws IOException {
        this.keys = URI.create(etcd + "/v2/keys" + files.keys().replaceFirst("/\\*$", "/"));
        this.folder = Files.createTempDirectory("forrest-confd");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        this.haproxy = new Server(requireNonNull(System.getProperty("forrest.test.image.haproxy"), "image"));
        write("haproxy.cfg", rendered(Map.of()));
        haproxy.withCreateContainerCmdModifier(create -> requireNonNull(create.getHostConfig(), "host")
                        .withBinds(new Bind(folder.toString(), new Volume(MOUNT))))
                .withNetworkMode("host")
                .withCommand("haproxy", "-W", "-db", "-f", MOUNT + "/haproxy.cfg")
                .start();
        var unused = interval.scheduleWithFixedDelay(this::look, 0, intervalMillis, TimeUnit.MILLISECONDS);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
    }

    private void look() {
        try {
            String now = rendered(servers());
            if (now.equals(Files.readString(folder.resolve("haproxy.cfg")))) {
                return;
            }
            write("haproxy.cfg.next", now);
            if (!passes(now)) {
                return;
            }
            Files.move(
                    folder.resolve("haproxy.cfg.next"), folder.resolve("haproxy.cfg"), StandardCopyOption.ATOMIC_MOVE);
            reloads.incrementAndGet();
            haproxy.getDockerClient()
                    .killContainerCmd(haproxy.getContainerId())
                    .withSignal("USR2")
                    .exec();
        } catch (IOException e) {
            failure.set(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Carries out the check of the resource, of which there is a part that this program does and a part that HAProxy does. */
    private boolean passes(String text) throws IOException, InterruptedException {
        if (!files.setting("check_cmd").equals(GUARD + CHECK)) {
            throw new IOException("this test does not know the check " + files.setting("check_cmd"));
        }
        if (text.lines().noneMatch(line -> line.matches(" *server .*"))) {
            return false;
        }
        var check = haproxy.execInContainer("haproxy", "-c", "-q", "-f", MOUNT + "/haproxy.cfg.next");
        if (check.getExitCode() != 0) {
            throw new IOException("HAProxy refuses what was rendered: " + check.getStderr() + text);
        }
        return true;
    }

    private Map<String, String> servers() throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HTTP.send(HttpRequest.newBuilder(keys).build(), HttpResponse.BodyHandlers.ofString());
        Map<String, String> servers = new TreeMap<>();
        for (JsonNode node :
                new ObjectMapper().readTree(answer.body()).path("node").path("nodes")) {
            String key = node.path("key").asText();
            servers.put(
                    key.substring(key.lastIndexOf('/') + 1), node.path("value").asText());
        }
        return servers;
    }

    private String rendered(Map<String, String> servers) {
        return files.render(servers)
                .replace("0.0.0.0:8080", "127.0.0.1:" + frontend)
                .replace("127.0.0.1:8404", "127.0.0.1:" + page)
                .replace("/run/haproxy/admin.sock", MOUNT + "/admin.sock");
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** Returns the statistics page. */
    URI page() {
        return URI.create("http://127.0.0.1:" + page + "/haproxy?stats");
    }

    /** Returns where requests go. */
    URI frontend() {
        return URI.create("http://127.0.0.1:" + frontend + "/");
    }

    /** Returns how often HAProxy was reloaded. */
    int reloads() {
        return reloads.get();
    }

    /** Returns what went wrong last, if anything did. */
    @Nullable
    Exception failure() {
        return failure.get();
    }

    @Override
    public void close() {
        interval.shutdownNow();
        haproxy.close();
        for (String name : new String[] {"haproxy.cfg", "haproxy.cfg.next", "admin.sock", ""}) {
            try {
                Files.deleteIfExists(folder.resolve(name));
            } catch (IOException e) {
                throw new IllegalStateException("could not clean up " + folder, e);
            }
        }
    }
}
