package io.forrest.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordKeyTest {

    @Test
    void toString_key_isFolderAndName() {
        assertThat(new RecordKey("instances", "brave_oak")).hasToString("instances/brave_oak");
        assertThat(RecordKey.requireFolder("a".repeat(32))).hasSize(32);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "Instances",
                "in_stances",
                "in-stances",
                "a1",
                "a/b",
                "/a",
                "a ",
                "a\n",
                "\u00e4",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void new_noFolder_refused(String folder) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecordKey(folder, "brave_oak"))
                .withMessageContaining("folder")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cc}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../../servers/x", "a/b", "_x", "a\nb"})
    void new_noName_refused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecordKey("instances", name))
                .withMessageContaining("name");
    }
}
