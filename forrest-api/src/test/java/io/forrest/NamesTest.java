package io.forrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    private static final String LONGEST = "a".repeat(64);

    @ParameterizedTest
    @ValueSource(strings = {"ab", "8080", "web-1", "brave_oak", "A.b_C-9", "a..", "a--", "0_", "x.y.z"})
    void isName_lettersDigitsAndMarks_true(String text) {
        assertThat(Names.isName(text)).isTrue();
        assertThat(Names.require(text, "name")).isSameAs(text);
    }

    @Test
    void isName_longest_true() {
        assertThat(Names.isName(LONGEST)).isTrue();
        assertThat(Names.isName(LONGEST + "a")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                ".",
                "..",
                ".hidden",
                "_hidden",
                "-flag",
                "../../x",
                "a/b",
                "/ab",
                "ab/",
                "a\\b",
                "a b",
                " ab",
                "ab ",
                "ab\n",
                "\nab",
                "a\nb",
                "ab\r",
                "ab\0",
                "ab\u0085",
                "ab\u2028",
                "\33[2Jab",
                "a\u009bb",
                "a:b",
                "a@b",
                "a#b",
                "a+b",
                "a\"b",
                "a%2fb",
                "a?b",
                "a;b",
                "${HOME}",
                "{{.}}",
                "m\u00fcller",
                "\u0430b",
                "a\u0301b",
                "\uff41b",
                "a\u0663",
                "a\u200bb",
                "a\ud83c\udf32",
                "a\ud800"
            })
    void require_anythingElse_refusedInPrintableWords(String text) {
        assertThat(Names.isName(text)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Names.require(text, "app"))
                .withMessageContaining("not a valid app")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cc}"));
    }

    @Test
    void require_controlCharacters_shownEscaped() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Names.require("a\n\33b", "name"))
                .withMessageContaining("\"a\\u000a\\u001bb\"");
    }

    @Test
    void require_endlessText_refusedWithAShortMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Names.require("a".repeat(1_000_000), "name"))
                .withMessageContaining("...")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }
}
