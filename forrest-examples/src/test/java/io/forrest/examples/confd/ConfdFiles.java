package io.forrest.examples.confd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The example's two files, and what confd 0.16 makes of them. Immutable and thread-safe. */
final class ConfdFiles {

    private static final Path FOLDER = Path.of("confd");
    /** A dash within the braces takes away the white space before them (Go, text/template). */
    private static final Pattern RANGE = Pattern.compile(
            "\\s*\\{\\{- range gets \"(?<keys>[^\"]+)\"}}(?<each>.*?)\\s*\\{\\{- end}}", Pattern.DOTALL);

    private static final Pattern SETTING = Pattern.compile("(?m)^(?<name>\\w+) *= *\"(?<value>.*)\"$");

    private final String template;
    private final String resource;

    ConfdFiles() throws IOException {
        template = Files.readString(FOLDER.resolve("templates/haproxy.cfg.tmpl"));
        resource = Files.readString(FOLDER.resolve("conf.d/haproxy.toml"));
    }

    /** Returns the keys that the template reads. */
    String keys() {
        return range().group("keys");
    }

    /** Returns the rendered template. */
    String render(Map<String, String> servers) {
        Matcher range = range();
        StringBuilder lines = new StringBuilder();
        servers.forEach((name, endpoint) ->
                lines.append(range.group("each").replace("{{base .Key}}", name).replace("{{.Value}}", endpoint)));
        String text = template.substring(0, range.start()) + lines + template.substring(range.end());
        if (text.contains("{{")) {
            throw new IllegalStateException("the template has more in it than this test renders");
        }
        return text;
    }

    private Matcher range() {
        Matcher range = RANGE.matcher(template);
        if (!range.find()) {
            throw new IllegalStateException("the template has no range over keys");
        }
        return range;
    }

    /** Returns a setting of the resource's. */
    String setting(String name) {
        Matcher setting = SETTING.matcher(resource);
        while (setting.find()) {
            if (setting.group("name").equals(name)) {
                return setting.group("value");
            }
        }
        throw new IllegalStateException("the resource has no " + name);
    }
}
