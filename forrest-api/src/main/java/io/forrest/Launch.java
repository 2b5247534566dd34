package io.forrest;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The description of an instance to come. Each option returns a new description and does no I/O, so that one serves as a
 * template for many; only {@link #announce()}, {@link #announceAsync()}, {@link #announce(int)} and {@link #start()} do
 * anything. Immutable and thread-safe.
 */
public interface Launch {

    /**
     * Sets the name that the instances of one service share. By default the image's last path part without its tag:
     * {@code demo/myapp:v2} gives {@code myapp}; an image whose last part cannot be a name needs one from here.
     *
     * @param app 2 to 64 letters, digits, {@code _}, {@code .} and {@code -}, the first a letter or digit
     * @return the new description
     * @throws IllegalArgumentException if it is anything else
     */
    Launch app(String app);

    /**
     * Sets the name of the instance, its container and its key. By default Forrest picks two words that are free.
     *
     * @param name 2 to 64 letters, digits, {@code _}, {@code .} and {@code -}, the first a letter or digit
     * @return the new description
     * @throws IllegalArgumentException if it is anything else
     */
    Launch named(String name);

    /**
     * Sets the container's TCP port that is published and announced. By default the only port that the image exposes.
     *
     * @param port 1 to 65,535; the image need not expose it if it is given here
     * @return the new description
     * @throws IllegalArgumentException if it is out of range
     */
    Launch port(int port);

    /**
     * Sets an environment variable of the container.
     *
     * @param name the variable: no {@code =}, no control characters, not empty
     * @param value its value, without NUL
     * @return the new description
     * @throws IllegalArgumentException if name or value is malformed, or the name is set as a secret
     */
    Launch env(String name, String value);

    /**
     * Sets an environment variable of the container that shall stand nowhere else: no record, label, log, message or
     * {@code toString} has it.
     *
     * @param name the variable: no {@code =}, no control characters, not empty
     * @param value its value, without NUL
     * @return the new description
     * @throws IllegalArgumentException if name or value is malformed, or the name is set by {@link #env}
     */
    Launch secret(String name, String value);

    /**
     * Sets the command that the container runs. By default the image's own.
     *
     * @param command the program and its arguments, at least one
     * @return the new description
     * @throws IllegalArgumentException if it is empty
     */
    Launch command(String... command);

    /**
     * Adds a label to the container.
     *
     * @param name the label; {@code io.forrest.} and what follows it is Forrest's own
     * @param value its value
     * @return the new description
     * @throws IllegalArgumentException if the name is empty or Forrest's
     */
    Launch label(String name, String value);

    /**
     * Limits the container's memory. By default there is no limit.
     *
     * @param limit at least 6 MiB, the engine's own least
     * @return the new description
     * @throws IllegalArgumentException if it is less
     */
    Launch memory(ByteSize limit);

    /**
     * Limits the container's processor time. By default there is no limit.
     *
     * @param cpus how many processors' worth, 0.01 to 10,000
     * @return the new description
     * @throws IllegalArgumentException if it is out of range
     */
    Launch cpus(double cpus);

    /**
     * Adds a mount. By default there is none but the image's own volumes.
     *
     * @param mount the mount
     * @return the new description
     * @throws IllegalArgumentException if the target is mounted already
     */
    Launch mount(Mount mount);

    /**
     * Attaches the container to a network of the engine. By default the engine's default network.
     *
     * @param network the network's name: letters, digits, {@code _}, {@code .} and {@code -}
     * @return the new description
     * @throws IllegalArgumentException if it is malformed, or a network without published ports ({@code host},
     *     {@code none})
     */
    Launch network(String network);

    /**
     * Sets when the image is fetched. By default {@link PullPolicy#IF_MISSING}.
     *
     * @param policy when
     * @return the new description
     */
    Launch pull(PullPolicy policy);

    /**
     * Sets how to tell that the application answers. By default by the image's HEALTHCHECK where it has one, else by
     * {@link Readiness#port()}.
     *
     * @param readiness how
     * @return the new description
     */
    Launch readyWhen(Readiness readiness);

    /**
     * Sets how long the application may take from its start until it answers. By default 60 seconds.
     *
     * @param limit above zero, at most a day
     * @return the new description
     * @throws IllegalArgumentException if it is out of range
     */
    Launch readyWithin(Duration limit);

    /**
     * Sets how long a withdrawn instance may finish its work before it is stopped. Without a balancer that is a fixed wait; with
     * one it is what is waited at most, for the instance is stopped as soon as the last session has left it. By default 15
     * seconds.
     *
     * @param time zero to a day
     * @return the new description
     * @throws IllegalArgumentException if it is out of range
     */
    Launch drainFor(Duration time);

    /**
     * Sets how long the container may take to stop when told, before the engine kills it. By default 10 seconds. The
     * engine counts in whole seconds: a part of one counts as one.
     *
     * @param time zero to a day
     * @return the new description
     * @throws IllegalArgumentException if it is out of range
     */
    Launch stopGrace(Duration time);

    /**
     * Sets the one deadline over all of a launch: fetching the image, starting, getting ready, announcing and, where there is
     * a balancer, being served. By default 5 minutes. Undoing a launch whose time is up takes what it takes.
     *
     * @param limit above zero, at most a day
     * @return the new description
     * @throws IllegalArgumentException if it is out of range
     */
    Launch within(Duration limit);

    /**
     * Launches an instance, waits until it answers, announces it, and, where the scaler was given a balancer, waits until it is
     * served. Blocks until then. If it throws, nothing is left: no container, no key, no record, save what {@link
     * ForrestException#leftBehind()} lists. Whether trying again may help is told by the exception's cause, where that is a
     * {@link RegistryException} or a {@link ContainerRuntimeException}: by its {@code reason()}.
     *
     * @return the announced instance, {@link Stage#SERVING} where there is a balancer
     * @throws LaunchException if the registry did not take the record, the container could not be made or started, the
     *     deadline passed, the thread was interrupted, or the scaler was closed meanwhile
     * @throws NotReadyException if the application did not answer in time, or never will
     * @throws AnnouncementException if the registry did not take the announcement, or the balancer failed or did not serve the
     *     instance in time: which one, and what it says
     * @throws NameTakenException if the name given is in use
     * @throws IllegalStateException if the scaler is closed, or the launch needs an {@link #app}
     */
    @CanIgnoreReturnValue
    Instance announce();

    /**
     * Does what {@link #announce()} does, on a thread of the scaler's. The registry's acknowledgement is the point of no
     * return: before it {@link CompletableFuture#cancel} undoes the launch, in the background; after it, {@code cancel}
     * returns false, and a launch that waits to be served goes on. Its deadline and {@link Scaler#close()} still undo it until
     * it is served; {@code close} waits for what is being undone.
     *
     * @return the instance to come; completes with the exceptions that {@link #announce()} throws. Its dependents run on
     *     the scaler's thread: do not block in them
     * @throws IllegalStateException if the scaler is closed, or the launch needs an {@link #app}
     */
    @CanIgnoreReturnValue
    CompletableFuture<Instance> announceAsync();

    /**
     * Launches and announces several instances side by side, all or none, at most 32 at one time. Blocks until all are
     * announced, and served where there is a balancer, or the first failure is undone together with all the rest.
     *
     * @param count how many, 1 to 1,000
     * @return the announced instances
     * @throws IllegalArgumentException if the count is out of range, or above 1 for a launch that is {@link #named}
     * @throws LaunchException as for {@link #announce()}
     * @throws NotReadyException as for {@link #announce()}
     * @throws AnnouncementException as for {@link #announce()}
     * @throws NameTakenException if the name given is in use
     * @throws IllegalStateException if the scaler is closed, or the launch needs an {@link #app}
     */
    @CanIgnoreReturnValue
    List<Instance> announce(int count);

    /**
     * Launches an instance and waits until it answers, but does not announce it: it is held until {@link
     * Instance#announce()}. Blocks until then. If it throws, nothing is left, as with {@link #announce()}.
     *
     * @return the held instance
     * @throws LaunchException as for {@link #announce()}
     * @throws NotReadyException as for {@link #announce()}
     * @throws NameTakenException if the name given is in use
     * @throws IllegalStateException if the scaler is closed, or the launch needs an {@link #app}
     */
    @CanIgnoreReturnValue
    Instance start();

    /**
     * Returns the fleet of this launch's app, with this launch as its template. No I/O: the template is recorded by the first
     * {@link Fleet#scaleTo(int)}. Values of {@link #env} stand in that record, those of {@link #secret} do not.
     *
     * @return the fleet
     * @throws IllegalStateException if the launch is {@link #named}, or needs an {@link #app}
     */
    Fleet fleet();
}
