package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.spi.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which version of the API is spoken with whom. */
class EngineTest {

    private static final String INFO =
            "{\"ID\":\"AAAA:BBBB\",\"Name\":\"stub\",\"ServerVersion\":\"29.0.0\",\"Containers\":0}";

    private final StubEngine stub = new StubEngine().on("GET /info", StubEngine.json(200, INFO));
    private final Engine engine = new Engine(stub.address(), Deadlines.DEFAULT, TimeSource.system());

    @AfterEach
    void close() {
        engine.close();
        stub.close();
    }

    private String askInfo() {
        return engine.ask("ask", docker -> docker.infoCmd().exec().getName());
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource({"1.12, 1.41, 1.41", "1.44, 1.52, 1.44", "1.48, 1.60, 1.48"})
    void ask_engineOfARange_speaksTheCommonVersion(String min, String max, String expected) {
        stub.speaks(min, max);

        assertThat(askInfo()).isEqualTo("stub");
        assertThat(askInfo()).isEqualTo("stub");

        assertThat(stub.requests())
                .containsExactly("GET /version", "GET /v" + expected + "/info", "GET /v" + expected + "/info");
    }

    @Test
    void ask_engineThatIsTooOld_isRefusedWithWhatToDo() {
        stub.speaks("1.12", "1.30");

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(this::askInfo)
                .returns(Reason.REFUSED, ContainerRuntimeException::reason)
                .withMessageContainingAll(stub.host(), "1.30", "1.40", "upgrade");
    }

    @Test
    void ask_afterLostConnection_agreesOnAVersionAnew() {
        assertThat(askInfo()).isEqualTo("stub");
        stub.speaks("1.44", "1.52");
        stub.on("GET /info", (exchange, n) -> {
            if (exchange.getRequestURI().getPath().contains("1.41")) {
                exchange.close();
            } else {
                StubEngine.send(exchange, 200, INFO);
            }
        });

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(this::askInfo)
                .returns(Reason.UNAVAILABLE, ContainerRuntimeException::reason)
                .withMessageContainingAll(stub.host(), "DOCKER_HOST");
        assertThat(askInfo()).isEqualTo("stub");
        assertThat(stub.requests()).last().isEqualTo("GET /v1.44/info");
    }

    @Test
    void ask_engineUpgradedInSilence_agreesOnAVersionAnewAndAsksAgain() {
        assertThat(askInfo()).isEqualTo("stub");
        stub.speaks("1.44", "1.52");
        stub.on("GET /info", (exchange, n) -> {
            if (exchange.getRequestURI().getPath().contains("1.41")) {
                StubEngine.send(
                        exchange,
                        400,
                        StubEngine.message(
                                "client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client"));
            } else {
                StubEngine.send(exchange, 200, INFO);
            }
        });

        assertThat(askInfo()).isEqualTo("stub");
        assertThat(stub.requests()).endsWith("GET /v1.41/info", "GET /version", "GET /v1.44/info");
    }

    @Test
    void ask_somethingThatIsNoEngine_isRefused() {
        stub.on("GET /version", StubEngine.json(200, "<html>hello</html>"));

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(this::askInfo)
                .returns(Reason.REFUSED, ContainerRuntimeException::reason)
                .withMessageContaining("does not speak as a Docker engine");
    }
}
