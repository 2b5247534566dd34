package io.forrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountTest {

    @Test
    void bind_folder_isWritableUntilSaidOtherwise() {
        Mount mount = Mount.bind("/srv/my data", "/data");

        assertThat(mount).isEqualTo(new Mount(Mount.Kind.BIND, "/srv/my data", "/data", false));
        assertThat(mount.asReadOnly()).isEqualTo(new Mount(Mount.Kind.BIND, "/srv/my data", "/data", true));
        assertThat(mount.readOnly()).as("the template").isFalse();
    }

    @Test
    void volume_name_isWritableUntilSaidOtherwise() {
        Mount mount = Mount.volume("my_data.v-1", "/data");

        assertThat(mount).isEqualTo(new Mount(Mount.Kind.VOLUME, "my_data.v-1", "/data", false));
        assertThat(mount.asReadOnly().readOnly()).isTrue();
    }

    /** Docker reads {@code source:target:options}: a colon would begin another part. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "relative", "./here", "~/home", "/a:/b", "/a:ro", "C:\\data", "/a\n", "/a\0b", "/a\u009b"})
    void bind_noPlainAbsolutePath_refused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mount.bind(path, "/data"))
                .withMessageContaining("source")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cc}"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mount.bind("/data", path))
                .withMessageContaining("target");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mount.volume("data", path))
                .withMessageContaining("target");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/srv", "a/b", "..", "_a", "-a", "a b", "a:ro", "a\n", "\u00e4b"})
    void volume_noName_refused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mount.volume(name, "/data"))
                .withMessageContaining("volume")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cc}"));
    }
}
