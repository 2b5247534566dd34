package io.forrest.spi;

import io.forrest.PullPolicy;
import io.forrest.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What runs containers on one engine. Thread-safe.
 *
 * <p>All methods that do I/O block, within a deadline of the runtime's own, and throw a {@link
 * io.forrest.ContainerRuntimeException} if the engine refuses or does not answer in time. When interrupted they throw it
 * too, soon, with the interrupted status set.
 *
 * @implSpec Extend {@code io.forrest.testkit.ContainerRuntimeContract} for an implementation: it is the specification as
 *     tests.
 */
public interface ContainerRuntime extends AutoCloseable {

    /**
     * Makes an image present and says what it exposes.
     *
     * @param image the image
     * @param policy whether to fetch it
     * @param progress told how far the fetching has come, on whichever thread the runtime likes; it must not block
     * @return what the image says of itself
     * @throws io.forrest.ContainerRuntimeException with the reason {@code IMAGE_MISSING} if it is neither there nor to be
     *     had
     */
    ImageInfo prepare(ImageReference image, PullPolicy policy, Consumer<? super PullProgress> progress);

    /**
     * Makes and starts a container whose image is present.
     *
     * @param spec the container
     * @return the container, started, its ports known unless it has exited already
     * @throws io.forrest.NameTakenException if a container of another launch has the name
     * @implSpec If it throws, no container is left, unless the exception's {@code leftBehind} lists it; this holds for an
     *     interrupt too. A container of the same name that carries all of the spec's labels is the answer to a request whose
     *     own answer was lost: it is started if need be and returned. A bind address that cannot be bound is refused and
     *     never widened. The container gets an init process and no restart policy.
     */
    Container start(ContainerSpec spec);

    /**
     * Returns a container.
     *
     * @param nameOrId its whole name or its full id
     * @return the container; empty if there is none
     */
    Optional<Container> find(String nameOrId);

    /**
     * Returns the containers that carry all of the given labels, running or not.
     *
     * @param labels names and values
     * @return the containers, in no order
     */
    List<Container> list(Map<String, String> labels);

    /**
     * Stops a container: asks it to end, and kills it after the grace. Gone or stopped already counts as done.
     *
     * @param id the container's id
     * @param grace how long it may take, rounded up to seconds
     */
    void stop(String id, Duration grace);

    /**
     * Removes a container and its anonymous volumes, running or not. Gone already counts as done.
     *
     * @param id the container's id
     */
    void remove(String id);

    /**
     * Returns what a container last wrote to its standard output and error.
     *
     * @param id the container's id
     * @param lines how many lines at most, above 0
     * @return the lines, oldest first; empty if the container is gone
     */
    List<String> logs(String id, int lines);

    /**
     * Tells a listener what happens to the containers that carry all of the given labels, until the subscription is closed. It
     * returns at once, whether the engine can be reached or not; the listener is called on a thread of its own.
     *
     * @param labels names and values
     * @param listener what to tell
     * @return the subscription; closing it, or this runtime, ends the watch for good
     * @implSpec The watch never ends by itself. It reconnects for as long as it is open, with pauses that grow; the listener is
     *     told once when the engine falls silent, and when it answers again. Whenever the watch has begun, or begun anew, the
     *     listener is told of a gap, and from then on of all that happens after that call, and of nothing that was over before
     *     the watch began anew. A listener that throws or blocks harms no other; what is kept for one that blocks is bounded,
     *     and beyond the bound replaced by a gap. Closing frees what the engine keeps for the watch; neither a close nor
     *     anything else interrupts the listener.
     */
    Subscription watch(Map<String, String> labels, ContainerListener listener);

    /**
     * Asks the engine who it is, and what time it is there.
     *
     * @return the engine, with its time of now where it tells that; a scaler asks for it about every ten minutes
     */
    EngineInfo engine();

    /**
     * Ends this runtime's threads, watches and connections. Containers go on running. Closing again does nothing; every other method
     * throws {@link IllegalStateException} afterwards.
     */
    @Override
    void close();
}
