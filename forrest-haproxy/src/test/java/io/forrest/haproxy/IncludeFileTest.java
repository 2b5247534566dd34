package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.forrest.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncludeFileTest {

    private static final String TEMPLATE = """
            backend app
                balance roundrobin
                # forrest: servers
                server sorry 127.0.0.1:9000 backup

            listen other
                # forrest: servers

            frontend in
                # forrest: servers
            """;

    private static final Map<String, Target> TWO = Map.of(
            "owl", new Target(Endpoint.of("10.0.0.6", 80), 3), "fox", new Target(Endpoint.of("fd00::5", 32768), 100));

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit's to set
    Path folder;

    private Path template(String text) throws Exception {
        return Files.writeString(folder.resolve("backend.cfg"), text);
    }

    private IncludeFile file(String template) throws Exception {
        return new IncludeFile(template(template), folder.resolve("forrest.cfg"));
    }

    @Test
    void render_twoServers_standWhereTheMarkWasInTheirOrder() {
        String text = IncludeFile.render(TEMPLATE, Map.of("app", TWO));

        assertThat(text).isEqualTo("""
                        # Written by Forrest from what is announced. Edit its template instead.
                        backend app
                            balance roundrobin
                            server forrest:fox [fd00:0:0:0:0:0:0:5]:32768 weight 100 %1$s
                            server forrest:owl 10.0.0.6:80 weight 3 %1$s
                            server sorry 127.0.0.1:9000 backup

                        listen other

                        frontend in
                            # forrest: servers
                        """.formatted(ServerCommands.SETTINGS));
    }

    @Test
    void requirePlaces_missing_saysWhichBackendLacksIt() throws Exception {
        IncludeFile file = file(TEMPLATE);

        assertThatCode(() -> file.requirePlaces(List.of("app", "other"))).doesNotThrowAnyException();
        assertThatIOException()
                .isThrownBy(() -> file.requirePlaces(List.of("app", "in")))
                .withMessageContaining("has no line \"# forrest: servers\" in the section of backend in");
        assertThatIOException()
                .isThrownBy(() ->
                        new IncludeFile(folder.resolve("none.cfg"), folder.resolve("x")).requirePlaces(List.of("app")));
    }

    @Test
    void write_changed_isReplacedAndLeavesNoOtherFile() throws Exception {
        IncludeFile file = file(TEMPLATE);

        file.write(Map.of("app", Map.of()));
        file.write(Map.of("app", TWO));

        assertThat(folder.resolve("forrest.cfg")).content().contains("forrest:fox", "forrest:owl");
        assertThat(folder).isDirectoryNotContaining("glob:**.next");
        assertThat(Files.getPosixFilePermissions(folder.resolve("forrest.cfg")).toString())
                .contains("OTHERS_READ");
    }

    @Test
    void write_sameAsThere_isNotTouched() throws Exception {
        file(TEMPLATE).write(Map.of("app", TWO));
        Path written = folder.resolve("forrest.cfg");
        FileTime longAgo = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(written, longAgo);

        IncludeFile another = file(TEMPLATE);
        another.write(Map.of("app", TWO));
        another.write(Map.of("app", TWO));

        assertThat(Files.getLastModifiedTime(written)).isEqualTo(longAgo);
    }

    @Test
    void write_removedByHand_isThereAgain() throws Exception {
        IncludeFile file = file(TEMPLATE);
        file.write(Map.of("app", TWO));
        Files.delete(folder.resolve("forrest.cfg"));

        file.write(Map.of("app", TWO));

        assertThat(folder.resolve("forrest.cfg")).content().contains("forrest:fox");
    }

    @Test
    void write_templateThatLostItsPlace_leavesTheFileAsItWas() throws Exception {
        IncludeFile file = file(TEMPLATE);
        file.write(Map.of("app", TWO));
        template("backend app\n    balance roundrobin\n");

        assertThatIOException().isThrownBy(() -> file.write(Map.of("app", Map.of())));

        assertThat(folder.resolve("forrest.cfg")).content().contains("forrest:fox");
    }

    @Test
    void write_folderGone_failsAndIsWrittenOnceItIsThere() throws Exception {
        Path gone = folder.resolve("gone");
        IncludeFile file = new IncludeFile(template(TEMPLATE), gone.resolve("forrest.cfg"));

        assertThatIOException().isThrownBy(() -> file.write(Map.of("app", TWO)));
        Files.createDirectory(gone);
        file.write(Map.of("app", TWO));

        assertThat(gone.resolve("forrest.cfg")).content().contains("forrest:fox");
    }
}
