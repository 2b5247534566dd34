package io.forrest.testkit;

/** An operation of a registry or a container runtime that {@link Faults} can befall. Immutable and thread-safe. */
public enum Operation {
    /** {@code Registry.announce}. */
    ANNOUNCE,
    /** {@code Registry.withdraw}. */
    WITHDRAW,
    /** {@code Registry.announcements}. */
    ANNOUNCEMENTS,
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
    /** {@code ContainerRuntime.engine}. */
    ENGINE
}
