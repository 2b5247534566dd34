package io.forrest.docker;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version of the Docker Engine API. Immutable and thread-safe.
 *
 * @param major the number before the dot
 * @param minor the number behind it
 */
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

    /** The newest version whose answers Forrest was made for. */
    static final ApiVersion CAP = new ApiVersion(1, 44);

    /** The oldest version with all that Forrest asks for, that of Engine 19.03. */
    static final ApiVersion FLOOR = new ApiVersion(1, 40);

    private static final Pattern TEXT = Pattern.compile("v?(\\d{1,5})\\.(\\d{1,5})");
    private static final Comparator<ApiVersion> ORDER =
            Comparator.comparingInt(ApiVersion::major).thenComparingInt(ApiVersion::minor);

    static Optional<ApiVersion> parse(@Nullable String text) {
        Matcher matcher = TEXT.matcher(text == null ? "" : text.trim());
        return matcher.matches()
                ? Optional.of(new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /**
     * Picks the version to speak with an engine: the engine's newest, at most {@link #CAP}, but never one that the engine
     * has given up.
     *
     * @param engineMin the oldest version that the engine speaks, or null if it does not say
     * @param engineMax the newest
     * @return the version; empty if the engine is older than {@link #FLOOR}
     */
    static Optional<ApiVersion> pick(@Nullable ApiVersion engineMin, ApiVersion engineMax) {
        ApiVersion capped = engineMax.compareTo(CAP) < 0 ? engineMax : CAP;
        ApiVersion version = engineMin != null && capped.compareTo(engineMin) < 0 ? engineMin : capped;
        return version.compareTo(FLOOR) < 0 ? Optional.empty() : Optional.of(version);
    }

    @Override
    public int compareTo(ApiVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
