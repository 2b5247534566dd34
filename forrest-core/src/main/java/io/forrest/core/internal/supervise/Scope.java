package io.forrest.core.internal.supervise;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says which launches of an engine a pass may touch. Immutable and thread-safe. */
final class Scope {

    /** All launches, whoever made them. */
    static final Scope ALL = new Scope(null);

    private final @Nullable Map<String, String> launches;

    private Scope(@Nullable Map<String, String> launches) {
        this.launches = launches;
    }

    /** Returns the scope of some launches by their names, and of no other that uses such a name. */
    static Scope of(Map<String, String> launches) {
        return new Scope(Map.copyOf(launches));
    }

    boolean covers(String name, String launch) {
        return launches == null || launch.equals(launches.get(name));
    }

    /** Returns whether it covers nothing, so that there is nothing to look for. */
    boolean isEmpty() {
        return launches != null && launches.isEmpty();
    }
}
