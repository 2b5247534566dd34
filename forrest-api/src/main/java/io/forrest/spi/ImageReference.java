package io.forrest.spi;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image, taken apart. The grammar is that of the Distribution project's package {@code reference}:
 * {@code [domain[:port]/]path[/path...][:tag][@digest]}. Immutable and thread-safe.
 */
public final class ImageReference {

    private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final String DOMAIN =
            "(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:]+\\])(?::\\d{1,5})?";
    private static final Pattern REFERENCE = Pattern.compile("(?<name>(?:" + DOMAIN + "/)?" + PART + "(?:/" + PART
            + ")*)" + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");
    private static final Pattern ID = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int MAX_LENGTH = 512;

    private final String text;
    private final String name;
    private final @Nullable String tag;
    private final @Nullable String digest;

    private ImageReference(String text, String name, @Nullable String tag, @Nullable String digest) {
        this.text = text;
        this.name = name;
        this.tag = tag;
        this.digest = digest;
    }

    /**
     * Takes the name of an image apart.
     *
     * @param text {@code demo/myapp:v2} say, or the id of an image that is present, {@code sha256:} and 64 hex digits
     * @return the parts
     * @throws IllegalArgumentException if it is malformed
     */
    public static ImageReference parse(String text) {
        requireNonNull(text, "image");
        if (ID.matcher(text).matches()) {
            return new ImageReference(text, "", null, text);
        }
        Matcher matcher = REFERENCE.matcher(text);
        if (text.length() > MAX_LENGTH || !matcher.matches()) {
            String shown = text.replaceAll("\\p{Cc}", "?");
            throw new IllegalArgumentException("not an image: \""
                    + (shown.length() > MAX_LENGTH ? shown.substring(0, MAX_LENGTH) + "..." : shown)
                    + "\"; it needs the form [domain[:port]/]path[:tag][@sha256:digest], the path in lower case");
        }
        return new ImageReference(text, matcher.group("name"), matcher.group("tag"), matcher.group("digest"));
    }

    /**
     * Returns domain and path.
     *
     * @return the part before tag and digest; empty for an image's id
     */
    public String name() {
        return name;
    }

    /**
     * Returns the last part of the path.
     *
     * @return {@code myapp} for {@code demo/myapp:v2}; empty for an image's id
     */
    public String lastPart() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /**
     * Returns the tag.
     *
     * @return the tag; empty where none is given
     */
    public Optional<String> tag() {
        return Optional.ofNullable(tag);
    }

    /**
     * Returns the digest.
     *
     * @return the digest with its algorithm; empty where none is given
     */
    public Optional<String> digest() {
        return Optional.ofNullable(digest);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ImageReference that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Returns the text that was taken apart. */
    @Override
    public String toString() {
        return text;
    }
}
