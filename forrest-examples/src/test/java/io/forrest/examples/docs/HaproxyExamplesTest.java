package io.forrest.examples.docs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** HAProxy itself finds nothing wrong with the example configurations: {@code haproxy -c}, on each version of the tests. */
class HaproxyExamplesTest {

    private static final Path HAPROXY = Path.of("haproxy");
    private static final Path CONFD = Path.of("confd", "templates", "haproxy.cfg.tmpl");
    private static final String MARK = "    # forrest: servers\n";
    private static final String SERVERS = """
                server web-1 10.0.0.5:32768
                server web-2 [fd00::5]:32769
            """;

    /** A container; a class of its own because of the self type. */
    private static final class Check extends GenericContainer<Check> {
        Check(String image) {
            super(DockerImageName.parse(image));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"haproxy", "haproxy-newer"})
    void configuration_forTheDriver_isValid(String version) throws Exception {
        String main = Files.readString(HAPROXY.resolve("haproxy.cfg"));

        assertThat(main).contains("level admin", "show-legends", "redispatch", "idle-close-on-response");
        check(version, main);
    }

    @ParameterizedTest
    @ValueSource(strings = {"haproxy", "haproxy-newer"})
    void configuration_forTheDriverWithAFile_isValidBeforeAndAfterItIsWritten(String version) throws Exception {
        String main = Files.readString(HAPROXY.resolve("with-file/haproxy.cfg"));
        String template = Files.readString(HAPROXY.resolve("with-file/backend.cfg.template"));

        assertThat(template).contains(MARK);
        check(version, main, template);
        check(version, main, template.replace(MARK, SERVERS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"haproxy", "haproxy-newer"})
    void configuration_thatConfdWrites_isValid(String version) throws Exception {
        String template = Files.readString(CONFD);
        String range = "(?s)\\n\\{\\{- range gets \"/servers/\\*\"}}.*\\{\\{- end}}\\n";

        assertThat(template).containsPattern(range);
        check(version, template.replaceFirst(range, "\n" + SERVERS));
    }

    @Test
    void check_whatHaproxyDoesNotKnow_isFound() {
        assertThatThrownBy(() -> check("haproxy", "global\n    no-such-thing\n"))
                .isInstanceOf(ContainerLaunchException.class);
    }

    private static void check(String version, String... files) {
        String property = "forrest.test.image." + version;
        try (Check haproxy = new Check(requireNonNull(System.getProperty(property), property))) {
            List<String> command = new ArrayList<>(List.of("haproxy", "-c"));
            for (int i = 0; i < files.length; i++) {
                String path = "/tmp/part-" + i + ".cfg";
                haproxy.withCopyToContainer(Transferable.of(files[i]), path);
                command.addAll(List.of("-f", path));
            }
            haproxy.withCommand(command.toArray(new String[0]))
                    .withStartupCheckStrategy(new OneShotStartupCheckStrategy());
            haproxy.start(); // a failure is logged with what HAProxy says
        }
    }
}
