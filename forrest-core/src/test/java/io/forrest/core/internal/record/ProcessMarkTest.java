package io.forrest.core.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Returns a directory such as /proc that does not show a process which this one's mark could be of. */
    private static Path proc(Path root, String mounts, boolean showsOthers) throws IOException {
        Files.createDirectories(root.resolve("self"));
        Files.writeString(root.resolve("self/mountinfo"), mounts);
        if (showsOthers) {
            Files.createDirectories(root.resolve("1"));
            Files.writeString(root.resolve("1/stat"), "1 (init) S 0 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 5 0");
        }
        return root;
    }

    private static String mount(String options) {
        return "21 27 0:20 / /sys rw,relatime shared:2 - sysfs sysfs rw\n"
                + "22 27 0:21 / /proc rw,nosuid,nodev,noexec shared:12 - proc proc " + options + "\n"
                + "23 22 0:22 / /proc/sys/fs/binfmt_misc rw - binfmt_misc hidepid rw,hidepid=2\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rw,hidepid=1", "rw,hidepid=2", "rw,gid=4,hidepid=invisible", "rw,hidepid=ptraceable,subset=pid"
            })
    void hasEnded_processesOfOthersAreHidden_cannotBeTold(String options, @TempDir Path root) throws IOException {
        assertThat(ProcessMark.hasEnded(ProcessMark.own(), proc(root, mount(options), true)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw", "rw,gid=4", "rw,hidepid=0", "rw,hidepid=off"})
    void hasEnded_processesOfOthersAreSeen_isTrue(String options, @TempDir Path root) throws IOException {
        assertThat(ProcessMark.hasEnded(ProcessMark.own(), proc(root, mount(options), true)))
                .isTrue();
    }

    @Test
    void hasEnded_laterMountOfProcHides_cannotBeTold(@TempDir Path root) throws IOException {
        String mounts = mount("rw") + "40 22 0:50 / /proc rw - proc proc rw,hidepid=2\n";

        assertThat(ProcessMark.hasEnded(ProcessMark.own(), proc(root, mounts, true)))
                .isFalse();
    }

    @Test
    void hasEnded_notEvenTheFirstProcessIsSeen_cannotBeTold(@TempDir Path root) throws IOException {
        assertThat(ProcessMark.hasEnded(ProcessMark.own(), proc(root, mount("rw"), false)))
                .isFalse();
    }

    @Test
    void hasEnded_mountsAreNotTold_cannotBeTold(@TempDir Path root) {
        assertThat(ProcessMark.hasEnded(ProcessMark.own(), root)).isFalse();
    }

    @Test
    void hasEnded_anotherBootOrHost_cannotBeTold() {
        assertThat(ProcessMark.hasEnded("another" + ProcessMark.own())).isFalse();
        assertThat(ProcessMark.hasEnded("5e2f0f2c-0000")).isFalse();
        assertThat(ProcessMark.hasEnded("")).isFalse();
    }
}
