package io.forrest;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What was true of an instance at one moment. Immutable and thread-safe.
 */
public final class InstanceState {

    private final Stage stage;
    private final @Nullable Endpoint endpoint;
    private final @Nullable Integer exitCode;

    /**
     * Creates the snapshot.
     *
     * @param stage where the instance stood
     * @param endpoint its endpoint, or null while it has none
     * @param exitCode its container's exit code, or null if it had not exited
     */
    public InstanceState(Stage stage, @Nullable Endpoint endpoint, @Nullable Integer exitCode) {
        this.stage = requireNonNull(stage, "stage");
        this.endpoint = endpoint;
        this.exitCode = exitCode;
    }

    /**
     * Returns where the instance stood.
     *
     * @return the stage
     */
    public Stage stage() {
        return stage;
    }

    /**
     * Returns the endpoint under which it is, was or will be announced.
     *
     * @return the endpoint; empty while none is known
     */
    public Optional<Endpoint> endpoint() {
        return Optional.ofNullable(endpoint);
    }

    /**
     * Returns the exit code of its container.
     *
     * @return the code; empty if the container had not exited
     */
    public OptionalInt exitCode() {
        return exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode);
    }

    /** Returns the stage, with the endpoint and the exit code where there are any. */
    @Override
    public String toString() {
        return stage + (endpoint == null ? "" : " " + endpoint) + (exitCode == null ? "" : " exit " + exitCode);
    }
}
