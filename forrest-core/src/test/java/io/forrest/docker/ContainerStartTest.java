package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.NameTakenException;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Starts on an engine whose answers get lost, and whose ports are taken. */
class ContainerStartTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ID = "a".repeat(64);
    private static final String OTHER = "b".repeat(64);
    private static final String CREATE = "POST /containers/create";
    private static final String START = "POST /containers/" + ID + "/start";
    private static final String REMOVE = "DELETE /containers/" + ID;
    private static final String CREATED_ANSWER = "{\"Id\":\"" + ID + "\",\"Warnings\":[]}";

    private final StubEngine stub = new StubEngine();
    private final ContainerSpec spec = new Specs("demo/app")
            .name("web-1")
            .env("TOKEN", "hunter22")
            .label("launch", "mine")
            .build();
    private final DockerRuntime runtime = DockerRuntime.builder()
            .host(stub.host())
            .deadlines(ShortDeadlines.ofSeconds(15))
            .build();

    @AfterEach
    void close() {
        runtime.close();
        stub.close();
    }

    /** Sets what an engine answers that does as it is told. */
    private void healthy() {
        stub.on(CREATE, StubEngine.json(201, CREATED_ANSWER))
                .on(START, (exchange, n) -> {
                    exists("running", spec.labels());
                    StubEngine.send(exchange, 204, "");
                })
                .on(REMOVE, (exchange, n) -> {
                    gone();
                    StubEngine.send(exchange, 204, "");
                });
    }

    private void exists(String status, Map<String, String> labels) {
        stub.on("GET /containers/web-1/json", StubEngine.json(200, inspect(ID, status, labels)));
        stub.on("GET /containers/" + ID + "/json", StubEngine.json(200, inspect(ID, status, labels)));
    }

    private void gone() {
        stub.on("GET /containers/web-1/json", StubEngine.json(404, StubEngine.message("No such container: web-1")));
        stub.on("GET /containers/" + ID + "/json", StubEngine.json(404, StubEngine.message("No such container")));
    }

    private static String inspect(String id, String status, Map<String, String> labels) {
        ObjectNode root =
                JSON.createObjectNode().put("Id", id).put("Name", "/web-1").put("Created", "2026-01-02T03:04:05.678Z");
        root.putObject("State").put("Status", status).put("ExitCode", 0);
        ObjectNode config = root.putObject("Config").put("Image", "demo/app");
        config.set("Labels", JSON.valueToTree(labels));
        ObjectNode ports = root.putObject("NetworkSettings").putObject("Ports");
        if (status.equals("running")) {
            ports.putArray("8080/tcp").addObject().put("HostIp", "127.0.0.1").put("HostPort", "32768");
        }
        return root.toString();
    }

    @Test
    void start_engineThatDoesAsItIsTold_isOneCreateAndOneStart() {
        healthy();

        Container container = runtime.start(spec);

        assertThat(container.id()).isEqualTo(ID);
        assertThat(container.ports()).singleElement().satisfies(port -> {
            assertThat(port.hostAddress()).isEqualTo(InetAddress.getLoopbackAddress());
            assertThat(port.hostPort()).isEqualTo(32_768);
        });
        assertThat(stub.count(CREATE)).as("of %s", stub.requests()).isEqualTo(1);
        assertThat(stub.count(START)).as("of %s", stub.requests()).isEqualTo(1);
    }

    @Test
    void start_answerToCreateIsLostAndItWasDone_adoptsTheContainer() {
        healthy();
        stub.on(CREATE, (exchange, n) -> {
            exists("created", spec.labels());
            exchange.close();
        });

        assertThat(runtime.start(spec).id()).isEqualTo(ID);
        assertThat(stub.count(CREATE)).as("of %s", stub.requests()).isEqualTo(1);
        assertThat(stub.count(START)).as("of %s", stub.requests()).isEqualTo(1);
    }

    @Test
    void start_answerToCreateIsLostAndItWasNotDone_createsAgain() {
        healthy();
        stub.on(CREATE, (exchange, n) -> {
            if (n == 1) {
                exchange.close();
            } else {
                StubEngine.send(exchange, 201, CREATED_ANSWER);
            }
        });

        assertThat(runtime.start(spec).id()).isEqualTo(ID);
        assertThat(stub.count(CREATE)).as("of %s", stub.requests()).isEqualTo(2);
    }

    @Test
    void start_createNeverAnswersAndNothingIsFound_saysWhatMayBeLeft() {
        healthy();
        stub.on(CREATE, stub.hang());

        try (DockerRuntime impatient = DockerRuntime.builder()
                .host(stub.host())
                .deadlines(ShortDeadlines.ofSeconds(3))
                .build()) {
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(() -> impatient.start(spec))
                    .returns(Reason.UNAVAILABLE, ContainerRuntimeException::reason)
                    .satisfies(e -> assertThat(e.leftBehind())
                            .singleElement()
                            .asString()
                            .contains("web-1")
                            .contains(stub.host()));
        }
    }

    @Test
    void start_answerToStartIsLostAndItWasDone_returnsTheContainer() {
        healthy();
        stub.on(CREATE, (exchange, n) -> {
            exists("created", spec.labels());
            StubEngine.send(exchange, 201, CREATED_ANSWER);
        });
        stub.on(START, (exchange, n) -> {
            exists("running", spec.labels());
            exchange.close();
        });

        assertThat(runtime.start(spec).status()).isEqualTo(Container.Status.RUNNING);
        assertThat(stub.count(START)).as("of %s", stub.requests()).isEqualTo(1);
    }

    @Test
    void start_nameOfAnother_isTakenAndLeftAlone() {
        healthy();
        stub.on(
                CREATE,
                StubEngine.json(
                        409,
                        StubEngine.message("Conflict. The container name \"/web-1\" is already in use by container \""
                                + OTHER + "\".")));
        exists("running", Map.of("launch", "another"));

        assertThatExceptionOfType(NameTakenException.class)
                .isThrownBy(() -> runtime.start(spec))
                .withMessageContainingAll("web-1", stub.host());
        assertThat(stub.count(REMOVE)).as("of %s", stub.requests()).isZero();
    }

    @Test
    void start_nameTakenAndNoLabels_isNotTakenForOnesOwn() {
        stub.on(CREATE, StubEngine.json(409, StubEngine.message("Conflict. The container name is already in use")));
        exists("running", Map.of());
        ContainerSpec plain = new ContainerSpec(
                "web-1", "demo/app", 8080, null, Map.of(), List.of(), Map.of(), null, null, List.of(), null, null);

        assertThatExceptionOfType(NameTakenException.class).isThrownBy(() -> runtime.start(plain));
        assertThat(stub.count(REMOVE)).as("of %s", stub.requests()).isZero();
    }

    @Test
    void start_nameOfACreateUnderWay_isAdoptedOnceItShows() {
        healthy();
        stub.on(CREATE, (exchange, n) -> {
            if (n == 3) {
                exists("created", spec.labels());
            }
            StubEngine.send(exchange, 409, StubEngine.message("Conflict. The container name is already in use"));
        });
        gone();

        assertThat(runtime.start(spec).id()).isEqualTo(ID);
    }

    @Test
    void start_portIsTaken_makesTheContainerAnew() {
        healthy();
        stub.on(START, (exchange, n) -> {
            if (n < 3) {
                StubEngine.send(exchange, 500, portTaken());
            } else {
                exists("running", spec.labels());
                StubEngine.send(exchange, 204, "");
            }
        });

        assertThat(runtime.start(spec).status()).isEqualTo(Container.Status.RUNNING);
        assertThat(stub.count(CREATE)).as("of %s", stub.requests()).isEqualTo(3);
        assertThat(stub.count(REMOVE)).as("of %s", stub.requests()).isEqualTo(2);
    }

    @Test
    void start_portIsTakenForEver_isRefusedAndLeavesNothing() {
        healthy();
        stub.on(START, StubEngine.json(500, portTaken()));

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime.start(spec))
                .returns(Reason.REFUSED, ContainerRuntimeException::reason)
                .withMessageContaining("port is already allocated")
                .satisfies(e -> assertThat(e.leftBehind()).isEmpty());
        assertThat(stub.count(CREATE))
                .as("of %s", stub.requests())
                .isEqualTo(stub.count(REMOVE))
                .isEqualTo(5);
    }

    private static String portTaken() {
        return StubEngine.message(
                "driver failed programming external connectivity on endpoint web-1: Bind for 127.0.0.1:32768 failed: port is already allocated");
    }

    @Test
    void start_refusedAndRemovalRefusedToo_saysWhatIsLeft() {
        healthy();
        stub.on(START, StubEngine.json(500, StubEngine.message("no such device")))
                .on(REMOVE, StubEngine.json(500, StubEngine.message("device busy")));

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime.start(spec))
                .withMessageContaining("no such device")
                .satisfies(e -> {
                    assertThat(e.leftBehind()).singleElement().asString().contains("web-1");
                    assertThat(e.instance()).contains("web-1");
                    assertThat(e.getMessage()).containsOnlyOnce("may be left behind");
                });
    }

    @Test
    void start_engineQuotesTheEnvironment_masksItInMessageAndCauses() {
        healthy();
        stub.on(CREATE, StubEngine.json(400, StubEngine.message("invalid environment variable: TOKEN=hunter22")));

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime.start(spec))
                .returns(Reason.REFUSED, ContainerRuntimeException::reason)
                .withMessageContaining("TOKEN=***")
                .satisfies(e -> {
                    for (Throwable each = e; each != null; each = each.getCause()) {
                        assertThat(each.toString()).doesNotContain("hunter22");
                    }
                });
    }

    @Test
    void start_interruptedInTheMiddle_removesAndKeepsTheStatus() throws Exception {
        healthy();
        stub.on(START, stub.hang());
        DockerRuntime patient = DockerRuntime.builder().host(stub.host()).build();
        FutureTask<Boolean> start = new FutureTask<>(() -> {
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(() -> patient.start(spec))
                    .returns(Reason.UNAVAILABLE, ContainerRuntimeException::reason)
                    .satisfies(e -> assertThat(e.leftBehind()).isEmpty());
            return Thread.currentThread().isInterrupted();
        });
        Thread starter = new Thread(start, "starter");
        starter.start();
        await().until(() -> stub.count(START) == 1);
        starter.interrupt();

        assertThat(start.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(stub.count(REMOVE)).as("of %s", stub.requests()).isEqualTo(1);
        patient.close();
    }

    @Test
    void start_interruptedDuringTheCreate_waitsForItAndRemoves() throws Exception {
        healthy();
        FutureTask<Boolean> start = new FutureTask<>(() -> {
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(() -> runtime.start(spec))
                    .satisfies(e -> assertThat(e.leftBehind()).isEmpty());
            return Thread.currentThread().isInterrupted();
        });
        Thread starter = new Thread(start, "starter");
        stub.on(CREATE, (exchange, n) -> {
            starter.interrupt();
            answerLater(exchange);
        });
        starter.start();

        assertThat(start.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(stub.count(START)).as("of %s", stub.requests()).isZero();
        assertThat(stub.count(REMOVE)).as("of %s", stub.requests()).isEqualTo(1);
    }

    private static void answerLater(HttpExchange exchange) throws IOException {
        try {
            TimeSource.system().sleep(ShortDeadlines.SHORT.dividedBy(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        StubEngine.send(exchange, 201, CREATED_ANSWER);
    }

    @Test
    void start_runningWithoutAPort_looksAgain() {
        healthy();
        stub.on(START, (exchange, n) -> {
            stub.on("GET /containers/" + ID + "/json", (inspection, looks) -> {
                String running = inspect(ID, "running", spec.labels());
                StubEngine.send(inspection, 200, looks < 3 ? running.replace("\"32768\"", "\"\"") : running);
            });
            StubEngine.send(exchange, 204, "");
        });

        assertThat(runtime.start(spec).ports()).hasSize(1);
    }

    @Test
    void start_engineIsGone_saysWhereItWasAndWhatToDo() {
        stub.close();

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime.start(spec))
                .returns(Reason.UNAVAILABLE, ContainerRuntimeException::reason)
                .withMessageContainingAll("web-1", stub.host(), "DOCKER_HOST")
                .satisfies(e -> assertThat(e.leftBehind()).isEmpty());
    }

    @Test
    void start_customizerThatThrows_isRefused() {
        healthy();
        DockerRuntime odd = DockerRuntime.builder()
                .host(stub.host())
                .customize(command -> {
                    throw new IllegalStateException("odd");
                })
                .build();

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> odd.start(spec))
                .withMessageContaining("customizer")
                .withRootCauseInstanceOf(IllegalStateException.class);
        odd.close();
    }

    @Test
    void remove_alreadyUnderWay_waitsUntilItIsGone() {
        exists("removing", spec.labels());
        stub.on(REMOVE, (exchange, n) -> {
            stub.on("GET /containers/" + ID + "/json", (inspection, looks) -> {
                if (looks < 3) {
                    StubEngine.send(inspection, 200, inspect(ID, "removing", spec.labels()));
                } else {
                    StubEngine.send(inspection, 404, StubEngine.message("No such container"));
                }
            });
            StubEngine.send(
                    exchange, 409, StubEngine.message("removal of container " + ID + " is already in progress"));
        });

        runtime.remove(ID);

        assertThat(stub.count("GET /containers/" + ID + "/json"))
                .as("of %s", stub.requests())
                .isEqualTo(3);
    }

    @Test
    void stop_fractionOfASecond_isRoundedUp() {
        stub.on("POST /containers/" + ID + "/stop", StubEngine.json(204, ""));

        runtime.stop(ID, Duration.ofMillis(1001));
        runtime.stop(ID, Duration.ZERO);
        runtime.stop(ID, Duration.ofSeconds(3));

        assertThat(stub.requests().stream().filter(request -> request.contains("/stop")))
                .extracting(request -> request.replaceFirst(".*\\?", ""))
                .containsExactly("t=2", "t=0", "t=3");
    }
}
