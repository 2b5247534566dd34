package io.forrest.core.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessMarkTest {

    @Test
    void hasEnded_thisProcess_isFalse() {
        assertThat(ProcessMark.hasEnded(ProcessMark.own())).isFalse();
    }

    @Test
    void hasEnded_anotherStartUnderTheSameId_isTrue() {
        assertThat(ProcessMark.hasEnded(ProcessMark.own() + "0")).isTrue();
    }

    @Test
    void hasEnded_processThatEnded_isTrue() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of("/bin/true").toString()).start();
        process.waitFor();

        assertThat(ProcessMark.hasEnded(ProcessMark.own().replaceFirst("/\\d+/\\d+$", "/" + process.pid() + "/1")))
                .isTrue();
    }

    @Test
    void hasEnded_anotherBootOrHost_cannotBeTold() {
        assertThat(ProcessMark.hasEnded("another" + ProcessMark.own())).isFalse();
        assertThat(ProcessMark.hasEnded("5e2f0f2c-0000")).isFalse();
        assertThat(ProcessMark.hasEnded("")).isFalse();
    }
}
