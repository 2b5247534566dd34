package io.forrest;

/**
 * An amount of memory. Immutable and thread-safe.
 *
 * @param bytes the amount in bytes, above 0
 */
public record ByteSize(long bytes) {

    private static final long KIBI = 1024;

    /**
     * Checks the amount.
     *
     * @throws IllegalArgumentException if {@code bytes} is not above 0
     */
    public ByteSize {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a size must be above 0 bytes, was " + bytes);
        }
    }

    /**
     * Returns a size in units of 1,048,576 bytes.
     *
     * @param count how many, above 0
     * @return the size
     * @throws IllegalArgumentException if {@code count} is not above 0
     * @throws ArithmeticException if the size does not fit into a {@code long}
     */
    public static ByteSize mebibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, KIBI * KIBI));
    }

    /**
     * Returns a size in units of 1,073,741,824 bytes.
     *
     * @param count how many, above 0
     * @return the size
     * @throws IllegalArgumentException if {@code count} is not above 0
     * @throws ArithmeticException if the size does not fit into a {@code long}
     */
    public static ByteSize gibibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, KIBI * KIBI * KIBI));
    }

    /** Returns the amount with its unit, {@code 268435456 bytes} say. */
    @Override
    public String toString() {
        return bytes + " bytes";
    }
}
