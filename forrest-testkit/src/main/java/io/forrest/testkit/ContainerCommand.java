package io.forrest.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As much of a container's command as a fake understands: {@code sh -c} with {@code echo} and {@code exit}, which is what
 * the contract uses. A program below {@code /no/such/} is not there, of which an init process dies; anything else goes on
 * as the image would. Immutable and thread-safe.
 *
 * @param output what it printed
 * @param exitCode how it ended; null: it goes on as the image would
 */
record ContainerCommand(List<String> output, @Nullable Integer exitCode) {

    private static final Pattern STATEMENT = Pattern.compile("(?:[^;\"']|\"[^\"]*\"|'[^']*')+");
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");
    private static final Pattern PART = Pattern.compile("\"([^\"]*)\"|'([^']*)'|([^\"']+)");
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)\\}|(\\w+))");
    private static final String NOWHERE = "/no/such/";
    private static final int NOT_FOUND = 127;

    static ContainerCommand run(List<String> command, Map<String, String> environment) {
        if (!command.isEmpty() && command.get(0).startsWith(NOWHERE)) {
            String complaint = "exec " + command.get(0) + " failed: No such file or directory";
            return new ContainerCommand(List.of(complaint), NOT_FOUND);
        }
        if (command.size() != 3 || !"sh".equals(command.get(0)) || !"-c".equals(command.get(1))) {
            return new ContainerCommand(List.of(), null);
        }
        List<String> output = new ArrayList<>();
        Matcher statements = STATEMENT.matcher(command.get(2));
        while (statements.find()) {
            List<String> words = words(statements.group(), environment);
            if (words.isEmpty()) {
                continue;
            }
            if ("echo".equals(words.get(0))) {
                output.add(String.join(" ", words.subList(1, words.size())));
            } else if ("exit".equals(words.get(0))) {
                return new ContainerCommand(
                        List.copyOf(output), words.size() == 1 ? 0 : Integer.parseInt(words.get(1)));
            } else {
                return new ContainerCommand(List.copyOf(output), null);
            }
        }
        return new ContainerCommand(List.copyOf(output), 0);
    }

    private static List<String> words(String statement, Map<String, String> environment) {
        return WORD.matcher(statement)
                .results()
                .map(word -> word(word.group(), environment))
                .toList();
    }

    private static String word(String text, Map<String, String> environment) {
        return PART.matcher(text).replaceAll(part -> {
            String literal = part.group(2);
            String replaced = literal != null
                    ? literal
                    : expand(part.group(1) != null ? part.group(1) : part.group(3), environment);
            return Matcher.quoteReplacement(replaced);
        });
    }

    private static String expand(String text, Map<String, String> environment) {
        return VARIABLE.matcher(text).replaceAll(variable -> {
            String name = variable.group(1) != null ? variable.group(1) : variable.group(2);
            return Matcher.quoteReplacement(environment.getOrDefault(name, ""));
        });
    }
}
