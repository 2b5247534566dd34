package io.forrest.testkit;

/** An operation of a registry, a container runtime or a balancer that {@link Faults} can befall. Immutable and thread-safe. */
public enum Operation {
    /** {@code Registry.announce}. */
    ANNOUNCE,
    /** {@code Registry.withdraw}. */
    WITHDRAW,
    /** {@code Registry.announcements}. */
    ANNOUNCEMENTS,
    /**
     * One look of a {@code Registry.watch}: at first, when something changed, and again and again while there are faults of
     * it. Whatever ends it otherwise disconnects the listener until a look succeeds.
     */
    WATCH,
    /** One renewal of an announcement that was given a ttl. */
    RENEW,
    /** {@code Registry.localAddress}. */
    LOCAL_ADDRESS,
    /** {@code Records.get}. */
    RECORD_GET,
    /** {@code Records.list}. */
    RECORD_LIST,
    /** {@code Records.compareAndSet}. */
    RECORD_SET,
    /** {@code Records.delete}. */
    RECORD_DELETE,
    /** {@code ContainerRuntime.prepare}. */
    PREPARE,
    /** {@code ContainerRuntime.start}. */
    START,
    /** {@code ContainerRuntime.find}. */
    FIND,
    /** {@code ContainerRuntime.list}. */
    LIST,
    /** {@code ContainerRuntime.stop}. */
    STOP,
    /** {@code ContainerRuntime.remove}. */
    REMOVE,
    /** {@code ContainerRuntime.logs}. */
    LOGS,
    /**
     * One look of a {@code ContainerRuntime.watch} whether the engine can be reached: at first, and again and again while there
     * are faults of it. Whatever ends it otherwise cuts the watch off and disconnects the listener until a look succeeds: what
     * happens meanwhile, and what happened and was not told yet, is lost, and a gap told in the end. While it hangs, what
     * happens is told late.
     */
    CONTAINER_WATCH,
    /** {@code ContainerRuntime.engine}. */
    ENGINE,
    /** {@code Balancer.awaitServing}. */
    AWAIT_SERVING,
    /** {@code Balancer.awaitDrained}. */
    AWAIT_DRAINED,
    /** {@code Balancer.traffic}. */
    TRAFFIC;

    /** Returns whether it happens by itself, and not when a test asks for it. */
    boolean isInBackground() {
        return this == WATCH || this == RENEW || this == CONTAINER_WATCH;
    }
}
