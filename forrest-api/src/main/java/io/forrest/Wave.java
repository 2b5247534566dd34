package io.forrest;

/**
 * How many of a fleet's members have the new template once a step of a rollout is done. Immutable and thread-safe.
 */
public final class Wave {

    private static final int WHOLE = 100;
    private static final int MAX_COUNT = 1_000;

    private final int number;
    private final boolean percent;

    private Wave(int number, boolean percent) {
        this.number = number;
        this.percent = percent;
    }

    /**
     * Returns the wave after which one member is new.
     *
     * @return the wave
     */
    public static Wave one() {
        return new Wave(1, false);
    }

    /**
     * Returns the wave after which a number of members is new; all of them in a fleet that has not as many.
     *
     * @param members how many, 1 to 1,000
     * @return the wave
     * @throws IllegalArgumentException if it is out of range
     */
    public static Wave count(int members) {
        if (members < 1 || members > MAX_COUNT) {
            throw new IllegalArgumentException("a wave must be of 1 to 1000 members, was " + members);
        }
        return new Wave(members, false);
    }

    /**
     * Returns the wave after which a part of the members is new, rounded up to whole members.
     *
     * @param percent 1 to 100
     * @return the wave
     * @throws IllegalArgumentException if it is out of range
     */
    public static Wave percent(int percent) {
        if (percent < 1 || percent > WHOLE) {
            throw new IllegalArgumentException("a wave must be of 1 to 100 percent, was " + percent);
        }
        return new Wave(percent, true);
    }

    /**
     * Returns the wave after which all members are new.
     *
     * @return the wave
     */
    public static Wave all() {
        return percent(WHOLE);
    }

    /**
     * Reads a wave as {@link #toString()} writes it.
     *
     * @param text {@code 3} or {@code 25%}
     * @return the wave
     * @throws IllegalArgumentException if it is neither
     */
    public static Wave parse(String text) {
        if (!text.matches("\\d{1,4}%?")) {
            throw new IllegalArgumentException(
                    "a wave is a number or a percentage, 3 or 25%, was \"" + Printable.of(text) + "\"");
        }
        return text.endsWith("%")
                ? percent(Integer.parseInt(text.substring(0, text.length() - 1)))
                : count(Integer.parseInt(text));
    }

    /**
     * Returns how many members of a fleet are new once the wave is done.
     *
     * @param size the fleet's size, 0 or more
     * @return how many, at most the size
     */
    public int of(int size) {
        return percent ? (int) (((long) size * number + WHOLE - 1) / WHOLE) : Math.min(number, size);
    }

    /** Two waves are equal if they are written alike. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Wave wave && wave.number == number && wave.percent == percent;
    }

    @Override
    public int hashCode() {
        return percent ? -number : number;
    }

    /** Returns {@code 3} or {@code 25%}. */
    @Override
    public String toString() {
        return percent ? number + "%" : Integer.toString(number);
    }
}
