package io.forrest.examples.soak;

/** What is done to a fleet and to all that it stands on. */
enum Fault {
    /** One to three containers are killed by SIGKILL. */
    CONTAINERS_KILLED(6),
    /** A container is stopped and removed behind Forrest's back. */
    CONTAINER_REMOVED(2),
    /** etcd is frozen for some seconds. */
    ETCD_PAUSED(2),
    /** etcd is killed by SIGKILL and started again on what it kept. */
    ETCD_RESTARTED(2),
    /** The engine is killed by SIGKILL and started again, which ends what ran in its containers. */
    ENGINE_RESTARTED(1),
    /** The process that supervises is killed by SIGKILL, and another started in its place. */
    SUPERVISOR_KILLED(3);

    /** How often it happens, beside the others. */
    final int weight;

    Fault(int weight) {
        this.weight = weight;
    }
}
