package io.forrest.core.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {

    private static final String PREFIX = "/app/servers";
    private static final Map<String, String> OWN = Labels.of("myapp", "brave_oak", 8080, PREFIX, "5e2f0f2c");

    @Test
    void identity_ownLabels_isReadBack() {
        assertThat(Labels.identity(OWN, PREFIX)).contains(new Labels.Identity("myapp", "brave_oak", 8080, "5e2f0f2c"));
    }

    @Test
    void identity_otherPrefix_isEmpty() {
        assertThat(Labels.identity(OWN, "/app")).isEmpty();
        assertThat(Labels.identity(OWN, "/app/servers2")).isEmpty();
        assertThat(Labels.identity(Map.of(), PREFIX)).isEmpty();
    }

    @Test
    void under_prefix_isCarriedByEveryInstanceUnderIt() {
        assertThat(OWN).containsAllEntriesOf(Labels.under(PREFIX));
        assertThat(OWN).doesNotContainEntry("io.forrest.prefix", "/app");
    }

    @Test
    void of_anInstance_allLabelsAreForrestsOwn() {
        assertThat(OWN.keySet()).allMatch(label -> label.startsWith(Labels.OWN));
    }

    @Test
    void join_usersLabels_cannotReplaceForrests() {
        Map<String, String> all = Labels.join(Map.of("team", "trees", "io.forrest.app", "other"), OWN);

        assertThat(all).containsAllEntriesOf(OWN).containsEntry("team", "trees").hasSize(OWN.size() + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.forrest.app", "io.forrest.name", "io.forrest.port", "io.forrest.launch-id"})
    void identity_oneMissing_isEmpty(String label) {
        Map<String, String> fewer = new HashMap<>(OWN);
        assertThat(fewer.remove(label)).isNotNull();

        assertThat(Labels.identity(fewer, PREFIX)).isEmpty();
    }

    /** Whoever may start containers may set labels: they must not bring into Forrest what it would never have made. */
    @ParameterizedTest
    @CsvSource({
        "io.forrest.name, ../../x",
        "io.forrest.name, ''",
        "io.forrest.name, _hidden",
        "io.forrest.name, 'a\nb'",
        "io.forrest.app, ../x",
        "io.forrest.app, ''",
        "io.forrest.port, ''",
        "io.forrest.port, 0",
        "io.forrest.port, -1",
        "io.forrest.port, 08",
        "io.forrest.port, 65536",
        "io.forrest.port, 99999",
        "io.forrest.port, 99999999999",
        "io.forrest.port, http",
    })
    void identity_oneMadeUp_isEmpty(String label, String value) {
        Map<String, String> madeUp = new HashMap<>(OWN);
        madeUp.put(label, value);

        assertThat(Labels.identity(madeUp, PREFIX)).isEmpty();
    }
}
