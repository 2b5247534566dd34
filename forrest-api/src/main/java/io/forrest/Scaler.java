package io.forrest;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Launches containers on one engine and announces them in one registry. What it did is kept by those two and not by it:
 * another scaler, in another process, sees and stops what this one launched, and this one's end changes nothing.
 * Thread-safe.
 *
 * <p>Its registry, runtime and balancer belong to the caller: closing a scaler closes none of them. Once it is closed, it launches,
 * looks and stops no more, and neither do the instances that it returned: they throw an {@link IllegalStateException}.
 */
public interface Scaler extends AutoCloseable {

    /**
     * Describes an instance to come. No I/O: nothing happens until a verb of the launch is called.
     *
     * @param image the image, {@code demo/myapp}, {@code registry.example:5000/demo/myapp:v2} or with a digest
     * @return the description, all of it at its defaults
     * @throws IllegalArgumentException if the image is malformed
     */
    Launch launch(String image);

    /**
     * Returns the fleet of an app. No I/O: whether there is one is told by {@link Fleet#state()}.
     *
     * @param app the app
     * @return the fleet, with the template that stands in its record
     * @throws IllegalArgumentException if the app cannot be one
     */
    Fleet fleet(String app);

    /**
     * Returns the instances of this engine under this registry's prefix, whoever launched them. Blocks for one list of the
     * engine, one of the registry, and one look at the balancer where there is one. Changes nothing.
     *
     * @return the instances, ordered by name; {@link Stage#UNKNOWN} each if the registry does not answer, and none {@link
     *     Stage#SERVING} if the balancer does not
     * @throws IllegalStateException if the scaler is closed
     * @throws ContainerRuntimeException if the engine does not answer
     */
    List<Instance> instances();

    /**
     * Returns the instance of a name, whoever launched it. Blocks as {@link #instances()} does. Changes nothing.
     *
     * @param name the instance's name
     * @return the instance; empty if there is none of that name on this engine under this registry's prefix
     * @throws IllegalArgumentException if the name cannot be one
     * @throws IllegalStateException if the scaler is closed
     * @throws ContainerRuntimeException if the engine does not answer
     */
    Optional<Instance> find(String name);

    /**
     * Takes an instance back, whoever launched it: withdrawn, drained, stopped, removed. The drain time and the stop grace
     * are those of its launch. Where there is a balancer the drain ends as soon as that has seen the last session leave; one
     * that cannot be asked, or fails, has the whole drain time waited. Idempotent: an instance that is gone counts as done. An
     * interrupt ends the call where it is, with the exception that says how far it came and the interrupted status set.
     *
     * @param name the instance's name
     * @return what it came to; {@link Retirement#found()} is false if there was none of that name
     * @throws IllegalArgumentException if the name cannot be one
     * @throws IllegalStateException if the scaler is closed
     * @throws ForrestException if the name belongs to a container or key that is not Forrest's or not this engine's, or
     *     engine or registry refuse or do not answer, or the thread is interrupted; the container is not stopped while its
     *     key may still stand, and calling again goes on where this call ended
     */
    @CanIgnoreReturnValue
    Retirement stop(String name);

    /**
     * Takes an instance back as {@link #stop(String)} does, with another drain time than its launch set.
     *
     * @param name the instance's name
     * @param drainFor zero to a day; with zero a balancer is asked once, to tell how many sessions are cut
     * @return what it came to
     * @throws IllegalArgumentException if the name cannot be one, or the time is out of range
     * @throws IllegalStateException if the scaler is closed
     * @throws ForrestException as for {@link #stop(String)}
     */
    @CanIgnoreReturnValue
    Retirement stop(String name, Duration drainFor);

    /**
     * Does what {@link #reconcile(ReconcileMode)} does by {@link ReconcileMode#REPAIR}.
     *
     * @return what was done
     * @throws IllegalStateException if the scaler is closed
     * @throws ForrestException as for {@link #reconcile(ReconcileMode)}
     */
    @CanIgnoreReturnValue
    Reconciliation reconcile();

    /**
     * Looks once at all instances of this engine under this prefix, whoever launched them, and puts right what does not fit:
     * the dead are withdrawn, lost keys and records are written again, and what a process that ended left half done is
     * finished or undone, as its record says. What serves is never withdrawn, what Forrest did not make is never touched, and
     * an instance that somebody stops meanwhile stays stopped. Blocks for one list of the engine, two of the registry, a look
     * at each container that has a HEALTHCHECK, and then, side by side, for as long as instances take to answer (2 seconds
     * each at most), and those that are taken back to drain and stop. What fails is told in the result and keeps nothing else
     * from being done. Nothing is awaited to be served.
     *
     * @param mode whether to act, or only to tell what would be done
     * @return what was done, or would be
     * @throws IllegalStateException if the scaler is closed
     * @throws ContainerRuntimeException if the engine does not answer the first questions; nothing was changed
     * @throws RegistryException if the registry does not answer the first questions; nothing was changed, or only what an
     *     earlier call had announced and could not confirm was taken back
     * @throws ForrestException if the calling thread is interrupted; what was under way goes on
     */
    @CanIgnoreReturnValue
    Reconciliation reconcile(ReconcileMode mode);

    /**
     * Returns the address under which instances are announced. No I/O.
     *
     * @return the address, as it was given or found when the scaler was built
     */
    InetAddress advertised();

    /**
     * Has a listener told of everything that this scaler does. It is called on a thread of its own, one event after
     * another, those of one instance in their order. A listener that throws, be it an {@link Error}, is logged and told the
     * next; an interrupt that it leaves on its thread is cleared; one that is so slow that its queue overflows is told how
     * many events it lost.
     *
     * @param listener the listener
     * @return the registration; closing the scaler closes it too
     * @throws IllegalStateException if the scaler is closed
     */
    Subscription onEvent(Consumer<? super ForrestEvent> listener);

    /**
     * Ends this scaler. It supervises and repairs nothing any more: what it is repairing is waited for, for 10 seconds at most, and
     * nothing is withdrawn for the end of it. Launches under way are undone, and waited for, for 30 seconds at most: their futures
     * are done then. What is announced stays announced and running, unless {@link OnClose#RETIRE_ALL} was asked for. That is given
     * the drain time and stop grace of the slowest instance, once for each 32 of them, and a minute more; whatever hangs then is
     * interrupted and left. An interrupt of the caller cuts short what is waited for repairs, nothing else, and is kept. Closing again does nothing, but waits for a close
     * that is under way: what the scaler works with may be closed after it.
     *
     * @throws ForrestException if {@link OnClose#RETIRE_ALL} could not retire all, or not in its time; lists what is left, which
     *     any scaler's {@link #stop(String)} or {@link #reconcile()} goes on with
     */
    @Override
    void close();
}
