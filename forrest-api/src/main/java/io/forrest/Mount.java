package io.forrest;

import static java.util.Objects.requireNonNull;

/**
 * Something of the engine's host that a container sees at a path of its own. Immutable and thread-safe.
 *
 * @param kind what the source is
 * @param source the folder on the engine's host, or the volume's name
 * @param target the absolute path inside the container
 * @param readOnly whether the container may only read
 */
public record Mount(Kind kind, String source, String target, boolean readOnly) {

    /** What the source of a mount is. Immutable and thread-safe. */
    public enum Kind {
        /** A folder or file of the engine's host. */
        BIND,
        /** A named volume, made by the engine if it does not exist. */
        VOLUME
    }

    /**
     * Checks source and target.
     *
     * @throws IllegalArgumentException if a path is not absolute, or a volume's name is not one
     */
    public Mount {
        requireNonNull(kind, "kind");
        requireNonNull(source, "source");
        requireNonNull(target, "target");
        if (kind == Kind.BIND && !isPlainPath(source)) {
            throw new IllegalArgumentException(
                    "a bind mount's source must be an absolute path without ':' or control characters, was \""
                            + Printable.of(source) + "\"");
        }
        if (kind == Kind.VOLUME && !source.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
            throw new IllegalArgumentException(
                    "a volume's name must consist of letters, digits, '_', '.' and '-', was \"" + Printable.of(source)
                            + "\"");
        }
        if (!isPlainPath(target)) {
            throw new IllegalArgumentException(
                    "a mount's target must be an absolute path without ':' or control characters, was \""
                            + Printable.of(target) + "\"");
        }
    }

    private static boolean isPlainPath(String path) {
        return path.startsWith("/") && path.indexOf(':') < 0 && path.chars().noneMatch(Character::isISOControl);
    }

    /**
     * Returns a mount of a folder or file of the engine's host, writable.
     *
     * @param source the absolute path on the engine's host
     * @param target the absolute path inside the container
     * @return the mount
     * @throws IllegalArgumentException if a path is not absolute
     */
    public static Mount bind(String source, String target) {
        return new Mount(Kind.BIND, source, target, false);
    }

    /**
     * Returns a mount of a named volume, writable.
     *
     * @param name the volume's name
     * @param target the absolute path inside the container
     * @return the mount
     * @throws IllegalArgumentException if the name is not a volume's, or the path not absolute
     */
    public static Mount volume(String name, String target) {
        return new Mount(Kind.VOLUME, name, target, false);
    }

    /**
     * Returns this mount, only readable for the container.
     *
     * @return the mount
     */
    public Mount asReadOnly() {
        return new Mount(kind, source, target, true);
    }
}
