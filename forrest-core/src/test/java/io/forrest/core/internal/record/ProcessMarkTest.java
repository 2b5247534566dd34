package io.forrest.core.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
    void showsAll_procThatHidesOthers_isFalse() {
        String open = "22 1 0:21 / /proc rw,nosuid shared:12 - proc proc rw";
        String hiding = "522 400 0:61 / /proc rw,nosuid - proc proc rw,gid=4,hidepid=invisible";
        assertThat(ProcessMark.showsAll(List.of(open))).isTrue();
        assertThat(ProcessMark.showsAll(List.of(open + ",hidepid=0"))).isTrue();
        assertThat(ProcessMark.showsAll(List.of(open + ",hidepid=off,gid=4"))).isTrue();
        for (String how : List.of("1", "2", "4", "noaccess", "invisible", "ptraceable")) {
            assertThat(ProcessMark.showsAll(List.of(open + ",hidepid=" + how)))
                    .as(how)
                    .isFalse();
        }
        assertThat(ProcessMark.showsAll(List.of(open, hiding)))
                .as("mounted over")
                .isFalse();
        assertThat(ProcessMark.showsAll(List.of(hiding, open))).isTrue();
        assertThat(ProcessMark.showsAll(List.of("23 1 0:22 / /elsewhere rw - proc proc rw")))
                .isFalse();
        assertThat(ProcessMark.showsAll(List.of())).isFalse();
    }

    @Test
    void hasEnded_anotherBootOrHost_cannotBeTold() {
        assertThat(ProcessMark.hasEnded("another" + ProcessMark.own())).isFalse();
        assertThat(ProcessMark.hasEnded("5e2f0f2c-0000")).isFalse();
        assertThat(ProcessMark.hasEnded("")).isFalse();
    }
}
