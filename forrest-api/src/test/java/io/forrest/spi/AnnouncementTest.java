package io.forrest.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncementTest {

    private static final Endpoint ENDPOINT = Endpoint.parse("10.0.0.5:80");

    @Test
    void new_appUnknown_isEmpty() {
        assertThat(new Announcement("brave_oak", "", ENDPOINT).app()).isEmpty();
        assertThat(new Announcement("brave_oak", "myapp", ENDPOINT).app()).isEqualTo("myapp");
    }

    /** A registry makes a path of the name: it must not step out of the prefix, nor be hidden from who lists it. */
    @ParameterizedTest
    @ValueSource(strings = {"..", "../../x", "a/b", "_hidden", "a\nb", "a b"})
    void new_noName_refused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Announcement(text, "myapp", ENDPOINT))
                .withMessageContaining("name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Announcement("brave_oak", text, ENDPOINT))
                .withMessageContaining("app");
    }

    @Test
    void new_nameEmpty_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Announcement("", "myapp", ENDPOINT));
    }
}
