package io.forrest.core.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.spi.ImageInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortChoiceTest {

    private static ImageInfo exposing(Integer... ports) {
        return new ImageInfo(List.of(ports), false);
    }

    @Test
    void of_wanted_isTakenWhateverTheImageExposes() {
        assertThat(PortChoice.of(8080, exposing())).isEqualTo(8080);
        assertThat(PortChoice.of(8080, exposing(80))).isEqualTo(8080);
        assertThat(PortChoice.of(443, exposing(80, 443))).isEqualTo(443);
    }

    @Test
    void of_onlyOneExposed_isTaken() {
        assertThat(PortChoice.of(null, exposing(80))).isEqualTo(80);
    }

    @Test
    void of_noneExposed_saysWhatToDo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortChoice.of(null, exposing()))
                .withMessageContaining("port(");
    }

    @Test
    void of_severalExposed_namesThemAndSaysWhatToDo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortChoice.of(null, exposing(80, 443)))
                .withMessageContaining("80")
                .withMessageContaining("443")
                .withMessageContaining("port(");
    }
}
