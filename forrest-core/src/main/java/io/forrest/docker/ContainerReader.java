package io.forrest.docker;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerPort;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Ports;
import io.forrest.spi.Container;
import io.forrest.spi.PublishedPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads containers out of the engine's answers. Docker Engine API v1.41, ContainerInspect and ContainerList; fields that
 * an engine leaves out are null in docker-java, whatever its signatures say.
 */
final class ContainerReader {

    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:.]+(?:%\\w+)?");

    private ContainerReader() {}

    static Container read(InspectContainerResponse answer) {
        InspectContainerResponse.ContainerState state = answer.getState();
        Container.Status status = status(state.getStatus());
        @Nullable Map<String, String> labels = answer.getConfig().getLabels();
        @Nullable String image = answer.getConfig().getImage();
        return new Container(
                answer.getId(),
                withoutSlash(answer.getName()),
                image == null ? answer.getImageId() : image,
                labels == null ? Map.of() : labels,
                status,
                status == Container.Status.EXITED ? exitCode(state) : null,
                status == Container.Status.EXITED && isTrue(state.getOOMKilled()),
                health(state.getHealth()),
                ports(answer),
                OffsetDateTime.parse(answer.getCreated()).toInstant());
    }

    static Container read(com.github.dockerjava.api.model.Container answer) {
        @Nullable Map<String, String> labels = answer.getLabels();
        return new Container(
                answer.getId(),
                name(answer.getNames()),
                answer.getImage(),
                labels == null ? Map.of() : labels,
                status(answer.getState()),
                null,
                false,
                healthInWords(answer.getStatus()),
                ports(answer.getPorts()),
                Instant.ofEpochSecond(answer.getCreated()));
    }

    /** An old link gives a container a second name, with the other's name in front. */
    private static String name(String @Nullable [] names) {
        return names == null
                ? ""
                : Arrays.stream(names)
                        .map(ContainerReader::withoutSlash)
                        .filter(name -> name.indexOf('/') < 0)
                        .findFirst()
                        .orElse("");
    }

    private static String withoutSlash(String name) {
        return name.startsWith("/") ? name.substring(1) : name;
    }

    private static Container.Status status(@Nullable String text) {
        return switch (String.valueOf(text).toLowerCase(Locale.ROOT)) {
            // initialized and configured: Podman
            case "created", "initialized", "configured" -> Container.Status.CREATED;
            case "running", "paused", "restarting" -> Container.Status.RUNNING;
            default -> Container.Status.EXITED;
        };
    }

    private static @Nullable Integer exitCode(InspectContainerResponse.ContainerState state) {
        @Nullable Long code = state.getExitCodeLong();
        return code == null ? null : code.intValue();
    }

    private static boolean isTrue(@Nullable Boolean answer) {
        return answer != null && answer;
    }

    private static Container.Health health(@Nullable HealthState health) {
        @Nullable String status = health == null ? null : health.getStatus();
        return switch (String.valueOf(status)) {
            case "starting" -> Container.Health.STARTING;
            case "healthy" -> Container.Health.HEALTHY;
            case "unhealthy" -> Container.Health.UNHEALTHY;
            default -> Container.Health.NONE;
        };
    }

    /** A list tells the health in its sentence for people alone: "Up 3 seconds (health: starting)". */
    private static Container.Health healthInWords(@Nullable String sentence) {
        String words = String.valueOf(sentence);
        if (words.endsWith("(healthy)")) {
            return Container.Health.HEALTHY;
        }
        if (words.endsWith("(unhealthy)")) {
            return Container.Health.UNHEALTHY;
        }
        return words.endsWith("(health: starting)") ? Container.Health.STARTING : Container.Health.NONE;
    }

    private static List<PublishedPort> ports(InspectContainerResponse answer) {
        List<PublishedPort> published = new ArrayList<>();
        @Nullable
        Ports ports = answer.getNetworkSettings() == null
                ? null
                : answer.getNetworkSettings().getPorts();
        if (ports == null) {
            return published;
        }
        ports.getBindings().forEach((ExposedPort exposed, Ports.@Nullable Binding[] bindings) -> {
            if (exposed.getProtocol() == InternetProtocol.TCP && bindings != null) {
                for (Ports.Binding binding : bindings) {
                    add(published, exposed.getPort(), binding.getHostIp(), hostPort(binding.getHostPortSpec()));
                }
            }
        });
        return published;
    }

    private static List<PublishedPort> ports(ContainerPort @Nullable [] ports) {
        List<PublishedPort> published = new ArrayList<>();
        for (ContainerPort port : ports == null ? new ContainerPort[0] : ports) {
            @Nullable Integer hostPort = port.getPublicPort();
            if ("tcp".equals(port.getType()) && hostPort != null) {
                add(published, port.getPrivatePort(), port.getIp(), hostPort);
            }
        }
        return published;
    }

    private static void add(List<PublishedPort> published, int containerPort, @Nullable String hostIp, int hostPort) {
        if (hostPort > 0) {
            published.add(new PublishedPort(containerPort, address(hostIp), hostPort));
        }
    }

    private static int hostPort(@Nullable String text) {
        return text != null && text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    }

    /** Returns the address of a literal; an engine that names none has bound all. Never asks a name server. */
    static InetAddress address(@Nullable String literal) {
        String text = literal == null || literal.isEmpty() ? "0.0.0.0" : literal;
        if (!LITERAL.matcher(text).matches()) {
            throw new IllegalStateException("not an address: " + text);
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("not an address: " + text, e);
        }
    }
}
