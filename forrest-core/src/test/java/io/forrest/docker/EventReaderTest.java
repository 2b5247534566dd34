package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.spi.ContainerListener;
import io.forrest.testkit.ContainerRecorder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is made of an engine's events, in the words of Engine 20.10 and in those of API 1.52. */
class EventReaderTest {

    private final EventReader reader = new EventReader(Map.of("app", "shop"));

    static String event(String action, String id, String attributes) {
        return "{\"Type\":\"container\",\"Action\":\"" + action + "\",\"Actor\":{\"ID\":\"" + id
                + "\",\"Attributes\":{\"app\":\"shop\",\"name\":\"name-of-" + id + "\"" + attributes
                + "}},\"scope\":\"local\",\"time\":1795635448,\"timeNano\":1795635448362354100}\n";
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> read(String text) throws Exception {
        ContainerRecorder recorder = new ContainerRecorder();
        reader.read(stream(text), call -> call.accept(recorder));
        return recorder.calls();
    }

    @Test
    void read_events_areToldInTheirOrder() throws Exception {
        assertThat(read(event("start", "a", "")
                        + event("health_status: healthy", "a", "")
                        + event("health_status: unhealthy", "a", "")
                        + event("die", "a", ",\"exitCode\":\"3\"")))
                .containsExactly(
                        "started name-of-a",
                        "health name-of-a HEALTHY",
                        "health name-of-a UNHEALTHY",
                        "died name-of-a 3");
    }

    @Test
    void read_wordsOfAnOldEngineBesideTheNew_areNotMinded() throws Exception {
        String event = event("start", "a", "")
                .replace("{\"Type\"", "{\"status\":\"start\",\"id\":\"other\",\"from\":\"image\",\"Type\"");

        assertThat(read(event)).containsExactly("started name-of-a");
    }

    @Test
    void read_memoryThatRanOut_isToldOfThatContainersDeathOnce() throws Exception {
        String died = ",\"exitCode\":\"137\"";

        assertThat(read(event("oom", "a", "")
                        + event("die", "b", died)
                        + event("die", "a", died)
                        + event("start", "a", "")
                        + event("die", "a", died)))
                .containsExactly(
                        "died name-of-b 137",
                        "died name-of-a 137 out of memory",
                        "started name-of-a",
                        "died name-of-a 137");
    }

    @Test
    void read_deathWithoutACode_isToldAsUnknown() throws Exception {
        assertThat(read(event("die", "a", "") + event("die", "a", ",\"exitCode\":\"what\"")))
                .containsOnly("died name-of-a " + ContainerListener.UNKNOWN_EXIT_CODE);
    }

    @Test
    void read_whatIsOfNoConcern_isNotTold() throws Exception {
        assertThat(read(event("create", "a", "")
                        + event("exec_die", "a", ",\"exitCode\":\"0\"")
                        + event("exec_create: /bin/sh -c true: healthy", "a", "")
                        + event("health_status: running", "a", "")
                        + event("health_status", "a", "")
                        + event("start", "a", "").replace("\"shop\"", "\"shopping\"")
                        + event("start", "a", "").replace("\"app\"", "\"application\"")
                        + event("start", "a", "").replace("\"Type\":\"container\"", "\"Type\":\"network\"")
                        + "{}"))
                .isEmpty();
    }

    @Test
    void read_whatIsNoEvent_throws() {
        for (String garbage : List.of("{\"Type\":\"conta", "<html>", "7 8 9", "\"text\"")) {
            assertThatExceptionOfType(IOException.class)
                    .as(garbage)
                    .isThrownBy(() -> reader.read(stream(garbage), call -> {}));
        }
    }

    @Test
    void query_someLabels_asksForTheirContainersAlone() {
        assertThat(URLDecoder.decode(
                        EventReader.query(Map.of("b", "x y&z", "a", ""), "12.000000034"), StandardCharsets.UTF_8))
                .isEqualTo("since=12.000000034&filters={\"event\":[\"start\",\"oom\",\"die\",\"health_status\"],"
                        + "\"label\":[\"a=\",\"b=x y&z\"],\"type\":[\"container\"]}");
        assertThat(EventReader.query(Map.of(), "12")).doesNotContain("label");
    }
}
