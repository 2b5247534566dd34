package io.forrest.examples.underload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeardownTest {

    private final List<String> ended = new ArrayList<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Teardown teardown = new Teardown(new PrintStream(err, true, UTF_8));

    @Test
    void close_twice_endsAllTheLastFirstAndOnce() {
        AutoCloseable first = teardown.add(() -> ended.add("first"));
        AutoCloseable second = teardown.add(() -> ended.add("second"));

        teardown.close();
        teardown.close();

        assertThat(List.of(first, second)).hasSize(2);
        assertThat(ended).containsExactly("second", "first");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void close_oneThatFails_endsTheOthersAndSaysSo() {
        AutoCloseable first = teardown.add(() -> ended.add("first"));
        AutoCloseable second = teardown.add(() -> {
            throw new IllegalStateException("no engine");
        });

        teardown.close();

        assertThat(List.of(first, second)).hasSize(2);
        assertThat(ended).containsExactly("first");
        assertThat(err.toString(UTF_8)).contains("no engine");
    }

    @Test
    void add_afterTheEnd_isEndedAtOnce() {
        teardown.interrupt();

        assertThatThrownBy(() -> teardown.add(() -> ended.add("late"))).isInstanceOf(IllegalStateException.class);

        assertThat(ended).containsExactly("late");
        assertThat(teardown.isInterrupted()).isTrue();
    }

    @Test
    void interrupt_afterItsOwnEnd_isSilent() {
        teardown.close();

        teardown.interrupt();

        assertThat(teardown.isInterrupted()).isFalse();
        assertThat(err.toString(UTF_8)).isEmpty();
    }
}
