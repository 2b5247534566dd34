package io.forrest.examples.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the Java examples in Markdown and in Javadoc. */
final class Examples {

    private static final Pattern MARKDOWN = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JAVADOC = Pattern.compile("<pre>\\{@code\\n(.*?)\\n \\* }</pre>", Pattern.DOTALL);

    private Examples() {}

    /** Returns the examples of all files below some folders and files, with the file that each stands in. */
    static List<Example> in(Path... places) throws IOException {
        List<Example> examples = new ArrayList<>();
        for (Path place : places) {
            try (Stream<Path> files = Files.walk(place)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    find(file, examples);
                }
            }
        }
        return examples;
    }

    private static void find(Path file, List<Example> examples) throws IOException {
        boolean markdown = file.toString().endsWith(".md");
        if (!markdown && !file.toString().endsWith(".java")) {
            return;
        }
        Matcher matcher = (markdown ? MARKDOWN : JAVADOC).matcher(Files.readString(file));
        while (matcher.find()) {
            String code = markdown ? matcher.group(1) : matcher.group(1).replaceAll("(?m)^ \\* ?", "");
            examples.add(new Example(file, code));
        }
    }

    /**
     * An example.
     *
     * @param file where it stands
     * @param code the statements
     */
    record Example(Path file, String code) {}
}
