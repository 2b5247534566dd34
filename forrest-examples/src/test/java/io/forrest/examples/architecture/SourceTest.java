package io.forrest.examples.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What only the sources can tell: comments, lengths, and what is left out. */
class SourceTest {

    private static final List<String> MODULES = List.of(
            "forrest-api", "forrest-core", "forrest-etcd-v2", "forrest-haproxy", "forrest-testkit", "forrest-examples");

    private static final int LONGEST = 500;
    private static final int LONG = 250;

    /** The count when this was written, less a tenth. */
    private static final int LEAST_FILES = 170;

    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "(/\\*\\*(?:(?!\\*/).)*\\*/)\\s*((?:@[^\\n]*\\n|\\s)*)(?:@\\w+\\s+)*public\\s+[^{;]*?\\b(class|interface|record|enum|@interface)\\s+(\\w+)([^{]*)",
            Pattern.DOTALL);

    @Test
    void packages_all_sayWhatBelongsThereAndAreNullMarked() {
        List<Path> folders = sources("main").map(Path::getParent).distinct().toList();

        assertThat(folders)
                .hasSizeGreaterThan(10)
                .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                        .content()
                        .startsWith("/**")
                        .contains("@NullMarked"));
    }

    @Test
    void packagesOfTheApi_all_haveForgottenVerbsFoundAtCompileTime() {
        List<Path> folders = Stream.of("io/forrest", "io/forrest/event", "io/forrest/spi")
                .map(Path.of("..", "forrest-api", "src", "main", "java")::resolve)
                .toList();

        assertThat(folders)
                .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                        .content()
                        .contains("@CheckReturnValue"));
    }

    @Test
    void publicTypes_all_sayWhetherThreadsMayShareThem() {
        List<Path> published = sources("main").filter(SourceTest::isPublished).toList();

        assertThat(published).hasSizeGreaterThan(60).allSatisfy(file -> {
            Matcher type = PUBLIC_TYPE.matcher(text(file));
            if (type.find() && !speaksForItself(type)) {
                assertThat(type.group(1)).as("class comment of %s", file).containsIgnoringCase("thread-safe");
            }
        });
    }

    /** Internals are for those who read them; throwables share their root's words, and packages and annotations nothing. */
    private static boolean isPublished(Path file) {
        return !file.toString().contains("internal")
                && !file.endsWith("package-info.java")
                && !text(file).contains("@interface ");
    }

    private static boolean speaksForItself(Matcher type) {
        boolean throwable = type.group(5).contains("extends ForrestException");
        boolean givenByTheUser = type.group(2).contains("@FunctionalInterface");
        return throwable || givenByTheUser;
    }

    @Test
    void classes_all_fitOnAFewScreens() {
        List<Path> main = sources("main").toList();

        assertThat(main)
                .hasSizeGreaterThan(LEAST_FILES)
                .allSatisfy(
                        file -> assertThat(lines(file)).as("lines of %s", file).isLessThanOrEqualTo(LONGEST));
        assertThat(main.stream().filter(file -> lines(file) > LONG).count())
                .as("classes of more than %s lines", LONG)
                .isLessThanOrEqualTo(main.size() / 10);
    }

    @Test
    void tests_none_sleepsForLuck() {
        assertThat(sources("test").filter(file -> !file.endsWith("SourceTest.java")))
                .hasSizeGreaterThan(40)
                .allSatisfy(file -> assertThat(text(file)).doesNotContain("Thread.sleep", "@Disabled"));
    }

    private static Stream<Path> sources(String kind) {
        return MODULES.stream()
                .map(module -> Path.of("..", module, "src", kind, "java"))
                .flatMap(SourceTest::javaFiles);
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        return text(file).lines().count();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
