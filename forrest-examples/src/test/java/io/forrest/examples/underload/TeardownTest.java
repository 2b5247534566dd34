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
    private final Teardown teardown = new Teardown("under-load", new PrintStream(err, true, UTF_8));

    @Test
    void close_twice_endsAllTheLastFirstAndOnce() {
        teardown.start(() -> () -> ended.add("first"));
        teardown.atLast(() -> ended.add("second"));

        teardown.close();
        teardown.close();

        assertThat(ended).containsExactly("second", "first");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void close_oneThatFails_endsTheOthersAndSaysSo() {
        teardown.atLast(() -> ended.add("first"));
        teardown.atLast(() -> {
            throw new IllegalStateException("no engine");
        });

        teardown.close();

        assertThat(ended).containsExactly("first");
        assertThat(err.toString(UTF_8)).contains("no engine");
    }

    @Test
    void start_afterTheEnd_startsNothing() {
        teardown.interrupt();

        assertThatThrownBy(() -> teardown.start(() -> {
                    ended.add("started");
                    return () -> ended.add("ended");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(ended).isEmpty();
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
