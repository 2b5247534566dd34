package io.forrest;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.util.List;
import java.util.Optional;

/**
 * A container that Forrest launched. Every verb acts on this very container by its id, never on whatever carries the
 * name by now. Thread-safe.
 *
 * <p>All verbs block, and throw a {@link ForrestException} with the interrupted status set when interrupted. Once the scaler
 * that returned this instance is closed, they and {@link #refresh()}, {@link #logs(int)} and {@link #traffic()} throw an {@link
 * IllegalStateException}; what is marked "No I/O" still answers. The instance itself goes on, and any other scaler finds it.
 */
public interface Instance {

    /**
     * Returns the container's id. No I/O.
     *
     * @return the engine's full id; empty for an instance whose launch was cut off before it had a container
     */
    String id();

    /**
     * Returns the name under which it is announced, which is the container's name too. No I/O.
     *
     * @return the name
     */
    String name();

    /**
     * Returns the name that the instances of one service share. No I/O.
     *
     * @return the app
     */
    String app();

    /**
     * Returns the image that it was launched from, as the launch gave it. No I/O.
     *
     * @return the image
     */
    String image();

    /**
     * Returns the endpoint under which it is, was or will be announced. No I/O.
     *
     * @return the endpoint
     * @throws IllegalStateException if none was known when the state was read: an instance found while it is launched
     */
    Endpoint endpoint();

    /**
     * Returns what was last seen of it: by the verb that returned this instance, or by {@link #refresh()}. No I/O.
     *
     * @return the snapshot
     */
    InstanceState state();

    /**
     * Asks engine, registry and balancer anew. Changes nothing in any.
     *
     * @return the new snapshot, which {@link #state()} returns from now on; {@link Stage#UNKNOWN} if the registry does not
     *     answer, {@link Stage#ANNOUNCED} and not {@link Stage#SERVING} if the balancer does not, {@link Stage#GONE} if nothing
     *     is left of the instance
     * @throws ContainerRuntimeException if the engine does not answer
     */
    @CanIgnoreReturnValue
    InstanceState refresh();

    /**
     * Announces a held instance, and, where the scaler was given a balancer, waits until it is served. Changes nothing if it is
     * announced already. Readiness is not judged again.
     *
     * @return this instance
     * @throws AnnouncementException if the registry refuses or does not answer, the instance is being retired, or the balancer
     *     fails or does not serve it in time; it is held as before, unless the exception lists what is left behind. One that
     *     was announced before stays so
     * @throws NameTakenException if another's key stands under the name; the instance is held as before
     * @throws ContainerRuntimeException if the engine does not answer; nothing was changed
     */
    @CanIgnoreReturnValue
    Instance announce();

    /**
     * Takes the instance out of the registry and leaves its container running, held. Does nothing if it is held already.
     *
     * @return this instance
     * @throws AnnouncementException if the registry refuses or does not answer, or the instance is being retired; the
     *     instance may still be announced, and calling again finishes
     */
    @CanIgnoreReturnValue
    Instance withdraw();

    /**
     * Takes the instance back: withdrawn, drained, stopped, removed. Blocks for the drain time and the stop grace of its
     * launch at most, and the calls to engine and registry. With a balancer it is drained as soon as that has seen the last
     * session leave; one that cannot be asked, or fails, has the whole drain time waited, and does not keep the instance from
     * being stopped. Idempotent: what is gone already counts as done.
     *
     * @return what it came to
     * @throws ForrestException if engine or registry refuse or do not answer; the container is not stopped while its key
     *     may still stand, and calling again goes on where this call ended
     */
    @CanIgnoreReturnValue
    Retirement stop();

    /**
     * Returns what the container last wrote to its standard output and error.
     *
     * @param lines how many lines at most, 1 to 10,000
     * @return the lines, oldest first; empty if the container is gone
     * @throws IllegalArgumentException if {@code lines} is out of range
     * @throws ContainerRuntimeException if the engine does not answer
     */
    List<String> logs(int lines);

    /**
     * Returns what the balancer sends it. Blocks for one look at every balancer. Changes nothing.
     *
     * @return its traffic; empty if no balancer knows it, or the scaler was given none
     * @throws BalancerException if no balancer can be reached
     */
    Optional<Traffic> traffic();
}
