package io.forrest.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeImage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListCommandTest {

    private final Shell shell = new Shell();

    @BeforeEach
    void setUp() {
        shell.engine.addImage("demo/myapp", FakeImage.exposing(8080));
    }

    @AfterEach
    void tearDown() {
        shell.close();
    }

    @Test
    void list_nothing_showsTheHeadingsAlone() {
        assertThat(shell.run("list").out()).containsExactly("NAME  APP  IMAGE  ENDPOINT  STAGE  CONTAINER");
    }

    @Test
    void list_instances_showsAlignedColumns() {
        Container first = launch("a1");
        Container second = launch("longer-name");

        assertThat(shell.run("list").out())
                .containsExactly(
                        "NAME         APP    IMAGE       ENDPOINT         STAGE      CONTAINER",
                        "a1           myapp  demo/myapp  " + endpoint(first) + "  ANNOUNCED  "
                                + first.id().substring(0, 12),
                        "longer-name  myapp  demo/myapp  " + endpoint(second) + "  ANNOUNCED  "
                                + second.id().substring(0, 12));
    }

    @Test
    void list_json_holdsAllThatIsKnown() throws Exception {
        Container running = launch("a1");
        Container dead = launch("a2");
        shell.engine.kill("a2", 137);

        JsonNode list = new ObjectMapper()
                .readTree(String.join("\n", shell.run("list", "--json").out()));

        assertThat(list).hasSize(2);
        assertThat(list.get(0).get("name").asText()).isEqualTo("a1");
        assertThat(list.get(0).get("app").asText()).isEqualTo("myapp");
        assertThat(list.get(0).get("image").asText()).isEqualTo("demo/myapp");
        assertThat(list.get(0).get("stage").asText()).isEqualTo("ANNOUNCED");
        assertThat(list.get(0).get("endpoint").asText()).isEqualTo(endpoint(running));
        assertThat(list.get(0).get("container").asText()).isEqualTo(running.id());
        assertThat(list.get(0).has("exitCode")).isFalse();
        assertThat(list.get(1).get("stage").asText()).isEqualTo("EXITED");
        assertThat(list.get(1).get("container").asText()).isEqualTo(dead.id());
    }

    @Test
    void list_anotherPrefix_isAnotherWorld() {
        launch("a1");

        assertThat(shell.run("list", "--prefix=app/servers", "--json").out()).containsExactly("[ ]");
    }

    private static String endpoint(Container container) {
        return "127.0.0.1:" + container.ports().get(0).hostPort();
    }

    private Container launch(String name) {
        assertThat(shell.run("launch", "--name", name, "demo/myapp").exit()).isZero();
        return shell.engine.containers().stream()
                .filter(container -> container.name().equals(name))
                .findAny()
                .orElseThrow();
    }
}
