package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.PullPolicy;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PullProgress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The images that a fake engine has, and those that it can pull. Thread-safe. */
final class FakeImages {

    private static final String LAYER = "0123456789ab";
    private static final long LAYER_BYTES = 1024;

    private final Map<String, FakeImage> present = new HashMap<>();
    private final Map<String, FakeImage> remote = new HashMap<>();

    synchronized void add(String name, FakeImage image) {
        present.put(tagged(name), requireNonNull(image, "image"));
    }

    synchronized void addRemote(String name, FakeImage image) {
        remote.put(tagged(name), requireNonNull(image, "image"));
    }

    /**
     * Returns an image that is present.
     *
     * @throws ContainerRuntimeException if it is not
     */
    synchronized FakeImage get(String name) {
        FakeImage image = present.get(tagged(name));
        if (image == null) {
            throw missing(name);
        }
        return image;
    }

    FakeImage prepare(String name, PullPolicy policy, Consumer<? super PullProgress> progress) {
        if (pull(name, policy)) {
            progress.accept(new PullProgress(LAYER, "Downloading", LAYER_BYTES / 2, LAYER_BYTES));
            progress.accept(new PullProgress(LAYER, "Pull complete", LAYER_BYTES, LAYER_BYTES));
        }
        return get(name);
    }

    private synchronized boolean pull(String name, PullPolicy policy) {
        String tagged = tagged(name);
        if (policy == PullPolicy.NEVER || (policy == PullPolicy.IF_MISSING && present.containsKey(tagged))) {
            return false;
        }
        FakeImage pulled = remote.get(tagged);
        if (pulled == null) {
            throw missing(name);
        }
        present.put(tagged, pulled);
        return true;
    }

    private static ContainerRuntimeException missing(String name) {
        return new ContainerRuntimeException(
                Reason.IMAGE_MISSING, "no image " + name + " on the fake engine; add it to it", null);
    }

    private static String tagged(String name) {
        ImageReference image = ImageReference.parse(name);
        return image.tag().isPresent() || image.digest().isPresent() ? name : name + ":latest";
    }
}
