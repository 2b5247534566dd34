package io.forrest.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.PullPolicy;
import io.forrest.spi.ImageInfo;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PullProgress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes images present and reads what they expose. Throws docker-java's exceptions and those of the transport. Thread-safe.
 */
final class Images {

    private final Engine engine;
    private final SharedPulls pulls;

    Images(Engine engine, SharedPulls pulls) {
        this.engine = engine;
        this.pulls = pulls;
    }

    ImageInfo prepare(ImageReference image, PullPolicy policy, Consumer<? super PullProgress> progress) {
        boolean isId = image.name().isEmpty();
        if (policy == PullPolicy.ALWAYS && !isId) {
            pulls.pull(image, progress);
        }
        Optional<ImageInfo> present = inspect(image);
        if (present.isEmpty() && policy == PullPolicy.IF_MISSING && !isId) {
            pulls.pull(image, progress);
            present = inspect(image);
        }
        return present.orElseThrow(() -> missing(image, policy, isId));
    }

    private ContainerRuntimeException missing(ImageReference image, PullPolicy policy, boolean isId) {
        String why = isId
                ? "an id names an image that is there already; name it by repository and tag to have it pulled"
                : policy == PullPolicy.NEVER ? "and it is not to be pulled" : "although it was pulled";
        return new ContainerRuntimeException(
                Reason.IMAGE_MISSING,
                "the engine at " + engine.address() + " has no image " + image + ": " + why,
                null);
    }

    private Optional<ImageInfo> inspect(ImageReference image) {
        try {
            return Optional.of(engine.askRaw(
                    docker -> read(docker.inspectImageCmd(localName(image)).exec())));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** With a digest the tag says nothing, and not every engine takes both. */
    private static String localName(ImageReference image) {
        return image.name().isEmpty() || image.digest().isEmpty()
                ? image.toString()
                : image.name() + "@" + image.digest().get();
    }

    private static ImageInfo read(InspectImageResponse answer) {
        @Nullable ContainerConfig config = answer.getConfig();
        if (config == null) {
            return new ImageInfo(List.of(), false);
        }
        ExposedPort @Nullable [] exposed = config.getExposedPorts();
        List<Integer> ports = exposed == null
                ? List.of()
                : Arrays.stream(exposed)
                        .filter(port -> port.getProtocol() == InternetProtocol.TCP)
                        .map(ExposedPort::getPort)
                        .sorted()
                        .toList();
        @Nullable
        List<String> test =
                config.getHealthcheck() == null ? null : config.getHealthcheck().getTest();
        return new ImageInfo(
                ports, test != null && !test.isEmpty() && !test.get(0).equals("NONE"));
    }
}
