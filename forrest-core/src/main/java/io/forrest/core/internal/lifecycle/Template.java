package io.forrest.core.internal.lifecycle;

import io.forrest.Names;
import java.util.List;
import java.util.Optional;

/** What the members of a fleet are launched from: a launch that names no instance. Immutable and thread-safe. */
public final class Template {

    private final LaunchOptions options;
    private final String app;
    private final List<String> missing;
    private final String json;

    private Template(LaunchOptions options, String app, List<String> missing, String json) {
        this.options = options;
        this.app = app;
        this.missing = List.copyOf(missing);
        this.json = json;
    }

    /** Returns the template that a launch is; the options must not be changed any more. */
    static Template of(LaunchOptions options) {
        if (options.name != null) {
            throw new IllegalStateException("a fleet has many instances, and this launch names one: " + options.name
                    + "; leave named(...) out");
        }
        String app = app(options);
        return new Template(options, app, List.of(), TemplateJson.write(options));
    }

    /** Returns the app that a launch belongs to. */
    static String app(LaunchOptions options) {
        String app = options.app == null ? options.image.lastPart() : options.app;
        if (!Names.isName(app)) {
            throw new IllegalStateException(
                    "no app can be named after the image " + options.image + ": give its name by app(...)");
        }
        return app;
    }

    /** Reads a template of an app as {@link #json()} wrote it; empty if the text is not one. */
    public static Optional<Template> read(String app, String json) {
        return TemplateJson.read(json)
                .filter(read -> app.equals(read.options().app))
                .map(read -> new Template(read.options(), app, read.missing(), json));
    }

    /** Returns it as JSON; secrets by their names alone. */
    public String json() {
        return json;
    }

    /** Returns the app. */
    public String app() {
        return app;
    }

    /** Returns the image. */
    public String image() {
        return options.image.toString();
    }

    /** Returns what is missing to launch from it, in words: what is not written down. */
    public List<String> missing() {
        return missing;
    }

    /** Returns what a member is launched by; not to be changed. */
    LaunchOptions options() {
        return options;
    }

    /** Returns the image, and no more: an environment may hold what others should not read. */
    @Override
    public String toString() {
        return "template of " + app + ": " + image();
    }
}
