package io.forrest.etcd;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Ports.Binding;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * One member of an {@link EtcdCluster}: a container, which publishes its client port on a host port of Docker's choice. Its
 * own questions go there, and not over any wire. Not thread-safe; confine it to one thread.
 */
final class EtcdMember implements AutoCloseable {

    static final int CLIENT_PORT = 2379;

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private final DockerClient docker = DockerClientFactory.lazyClient();
    private final String name;
    private final Server server;

    /** The container, which is started without waiting: alone, a member would never be ready. */
    private static final class Server extends GenericContainer<Server> {

        private final Consumer<String> created;

        Server(String image, Consumer<String> created) {
            super(DockerImageName.parse(image));
            this.created = created;
            waitingFor(new AbstractWaitStrategy() {
                @Override
                protected void waitUntilReady() {}
            });
        }

        @Override
        protected void containerIsCreated(String id) {
            created.accept(id);
        }
    }

    /** Describes a member; {@link #start()} starts it. */
    EtcdMember(String name, Consumer<String> created, String... command) {
        String image = requireNonNull(
                System.getProperty("forrest.test.image.etcd"), "the system property forrest.test.image.etcd");
        this.name = name;
        this.server = new Server(image, created).withCommand(command).withExposedPorts(CLIENT_PORT);
    }

    String name() {
        return name;
    }

    String container() {
        return server.getContainerId();
    }

    /** Makes and starts the container. */
    void start() {
        server.start();
    }

    /** Ends the process (SIGKILL), and returns when it has ended. */
    void kill() {
        docker.killContainerCmd(container()).exec();
    }

    /** Starts the container once more, with its data. The host port may be another one. */
    void restart() {
        docker.startContainerCmd(container()).exec();
    }

    void pause() {
        docker.pauseContainerCmd(container()).exec();
    }

    void unpause() {
        docker.unpauseContainerCmd(container()).exec();
    }

    boolean isPaused() {
        return Boolean.TRUE.equals(state().getPaused());
    }

    boolean isRunning() {
        return Boolean.TRUE.equals(state().getRunning());
    }

    private ContainerState state() {
        return docker.inspectContainerCmd(container()).exec().getState();
    }

    /** Returns where this host reaches the client port now. */
    InetSocketAddress address() {
        InspectContainerResponse container =
                docker.inspectContainerCmd(container()).exec();
        Binding binding = container.getNetworkSettings().getPorts().getBindings().entrySet().stream()
                .filter(entry -> entry.getKey().getPort() == CLIENT_PORT)
                .findFirst()
                .orElseThrow()
                .getValue()[0];
        return new InetSocketAddress(server.getHost(), Integer.parseInt(binding.getHostPortSpec()));
    }

    /** Returns whether it reaches a leader: etcd's health is a read by the quorum. */
    boolean isHealthy() {
        return isRunning() && ask("GET", "/health", "").path("health").asBoolean();
    }

    /** Returns whom this member takes for the leader; empty if it does not know, or does not answer. */
    Optional<String> leader() {
        if (!isRunning()) {
            return Optional.empty();
        }
        String leader = ask("GET", "/v2/members/leader", "").path("name").asText();
        return leader.isEmpty() ? Optional.empty() : Optional.of(leader);
    }

    /** Has it take a member out of the cluster. */
    void remove(String member) {
        for (JsonNode candidate : ask("GET", "/v2/members", "").path("members")) {
            if (candidate.path("name").asText().equals(member)) {
                ask("DELETE", "/v2/members/" + candidate.path("id").asText(), "");
                return;
            }
        }
        throw new IllegalStateException(name + " knows no " + member);
    }

    /** Has it expect a new member. */
    void add(URI peer) {
        JsonNode added = ask("POST", "/v2/members", "{\"peerURLs\":[\"" + peer + "\"]}");
        if (added.path("id").asText().isEmpty()) {
            throw new IllegalStateException(name + " does not add " + peer + ": " + added);
        }
    }

    /** Asks for JSON; what is no such answer, is missing. */
    private JsonNode ask(String method, String path, String body) {
        InetSocketAddress address = address();
        URI uri = URI.create("http://" + address.getHostString() + ":" + address.getPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .timeout(PATIENCE)
                .build();
        try {
            HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
            return response.body().isEmpty() ? JSON.missingNode() : JSON.readTree(response.body());
        } catch (IOException e) {
            return JSON.missingNode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Removes the container with its data. */
    @Override
    public void close() {
        server.close();
    }
}
