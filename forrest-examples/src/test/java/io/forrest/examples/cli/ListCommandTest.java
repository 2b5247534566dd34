package io.forrest.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forrest.examples.cli.Shell.Outcome;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeImage;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListCommandTest {

    private static final String PAGE = "http://10.0.0.9:8404/haproxy?stats";

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

    @Test
    void list_haproxy_showsWhatItSaysOfEach() throws Exception {
        Container served = launch("a1");
        shell.export("FORREST_HAPROXY", PAGE)
                .balancing(balancer -> balancer.member(PAGE).count("a1", 1200, 3, Duration.ofMillis(12)));

        assertThat(shell.run("list").out())
                .containsExactly(
                        "NAME  APP    IMAGE       ENDPOINT         STAGE    CONTAINER     REQUESTS  ERRORS  SESSIONS"
                                + "  RESPONSE  BALANCER",
                        "a1    myapp  demo/myapp  " + endpoint(served) + "  SERVING  "
                                + served.id().substring(0, 12) + "  1200      3       0         12ms      UP");
        JsonNode traffic = new ObjectMapper()
                .readTree(String.join("\n", shell.run("list", "--json").out()))
                .get(0)
                .get("traffic");
        assertThat(traffic.get("balancer").asText()).isEqualTo("UP");
        assertThat(traffic.get("serving").asBoolean()).isTrue();
        assertThat(traffic.get("requests").asLong()).isEqualTo(1200);
        assertThat(traffic.get("errors").asLong()).isEqualTo(3);
        assertThat(traffic.get("sessions").asInt()).isZero();
        assertThat(traffic.get("responseMilliseconds").asDouble()).isEqualTo(12);
    }

    @Test
    void list_haproxyAway_showsTheRestAndFails() {
        launch("a1");
        shell.balancing(balancer -> balancer.member(PAGE).unreachable("connection refused"));

        Outcome outcome = shell.run("list", "--haproxy", PAGE);

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out())
                .hasSize(2)
                .last()
                .asString()
                .contains(" ANNOUNCED ")
                .endsWith("-         -         -");
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .startsWith("forrest: ")
                .contains(PAGE);
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
