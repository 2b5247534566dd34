package io.forrest;

import static java.util.Objects.requireNonNull;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.util.regex.Pattern;

/**
 * Says what may name an instance or an app. The rule is the strictest of those who read a name: Docker's for containers,
 * a segment of an etcd path that is neither hidden nor a step up, and a server's name in HAProxy. Immutable and
 * thread-safe.
 */
public final class Names {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}");

    private Names() {}

    /**
     * Returns whether a text can name an instance or an app.
     *
     * @param text the text
     * @return true for 2 to 64 letters, digits, {@code _}, {@code .} and {@code -}, the first a letter or digit
     */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * Returns the text if it can name an instance or an app.
     *
     * @param text the text
     * @param what what it names, for the message: {@code "name"} say
     * @return the text
     * @throws IllegalArgumentException if it cannot
     */
    @CanIgnoreReturnValue
    public static String require(String text, String what) {
        requireNonNull(text, what);
        if (!isName(text)) {
            throw new IllegalArgumentException("not a valid " + what + ": \"" + Printable.of(text)
                    + "\"; it needs 2 to 64 letters, digits, '_', '.' and '-', the first a letter or digit");
        }
        return text;
    }
}
