package io.forrest.haproxy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Instances whose sessions were cut because their time was over, the last of them. Thread-safe. */
final class Cuts {

    private static final int MOST = 1_000;

    private final Set<String> instances =
            Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<String, Boolean>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > MOST;
                }
            }));

    void note(String instance) {
        instances.add(instance);
    }

    void forget(String instance) {
        instances.remove(instance);
    }

    boolean contains(String instance) {
        return instances.contains(instance);
    }
}
