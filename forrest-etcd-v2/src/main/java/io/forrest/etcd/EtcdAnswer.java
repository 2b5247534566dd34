package io.forrest.etcd;

import org.jspecify.annotations.Nullable;

/**
 * What etcd answered, where the answer says how the keys are. Immutable and thread-safe.
 *
 * @param state what the request met
 * @param node the key; null unless the request was carried out
 * @param head what etcd said of itself
 */
record EtcdAnswer(State state, @Nullable EtcdNode node, EtcdHead head) {

    /** What a request met; the codes are those of the etcd v2.3 documentation, "Error Code". */
    enum State {
        /** Carried out. */
        DONE,
        /** 100: there is no such key. */
        ABSENT,
        /** 101: the condition on value or index does not hold. */
        DIFFERENT,
        /** 105: the key was to be created, and is there. */
        EXISTS,
        /** 102: a directory stands where the condition is on a value. */
        DIRECTORY
    }

    boolean isDone() {
        return state == State.DONE;
    }

    boolean isAbsent() {
        return state == State.ABSENT;
    }

    /** Returns the value of the key that was read; null if there is none, or a directory. */
    @Nullable
    String value() {
        return node == null ? null : node.value();
    }
}
