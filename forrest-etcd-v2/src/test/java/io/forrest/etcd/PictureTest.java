package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.etcd.EtcdChange.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PictureTest {

    private final Picture picture = new Picture("/a/servers");

    private static EtcdNode node(String key, @Nullable String value, boolean leased) {
        return new EtcdNode(key, value, 7, leased, List.of());
    }

    private static EtcdNode fox(boolean leased) {
        return node("/a/servers/brave-fox", "10.0.0.5:80", leased);
    }

    private static EtcdChange gone(Action action, String key) {
        return new EtcdChange(action, node(key, null, false));
    }

    private void assertFoxIsHeld() {
        assertThat(picture.holds()).isTrue();
        assertThat(picture.get("brave-fox")).isPresent();
    }

    @Test
    void apply_writtenAndDeleted_comesAndGoes() {
        assertThat(picture.apply(new EtcdChange(Action.WRITTEN, fox(true)))).containsExactly("brave-fox");
        assertThat(picture.get("brave-fox")).isPresent();

        assertThat(picture.apply(gone(Action.DELETED, "/a/servers/brave-fox"))).containsExactly("brave-fox");
        assertThat(picture.get("brave-fox")).isEmpty();
        assertThat(picture.holds()).isFalse();
    }

    @Test
    void apply_expired_isHeldUntilReleased() {
        picture.list(List.of(fox(true)));
        assertThat(picture.apply(gone(Action.EXPIRED, "/a/servers/brave-fox"))).containsExactly("brave-fox");
        assertFoxIsHeld();

        assertThat(picture.release()).containsExactly("brave-fox");
        assertThat(picture.announcements()).isEmpty();
    }

    @Test
    void apply_expiredAndWrittenAgain_isNotReleased() {
        picture.list(List.of(fox(true)));
        picture.apply(gone(Action.EXPIRED, "/a/servers/brave-fox"));
        picture.apply(new EtcdChange(Action.WRITTEN, fox(true)));

        assertThat(picture.release()).isEmpty();
        assertThat(picture.get("brave-fox")).isPresent();
    }

    @Test
    void apply_directoryAboveDeletedOrExpired_takesAllWithIt() {
        for (String above : List.of("/", "/a", "/a/servers")) {
            picture.list(List.of(fox(true)));
            picture.apply(gone(Action.DELETED, above));
            assertThat(picture.announcements()).as(above).isEmpty();
            picture.list(List.of(fox(true)));
            picture.apply(gone(Action.EXPIRED, above));
            assertFoxIsHeld();
        }
    }

    @Test
    void apply_whatIsNotBelow_changesNothing() {
        picture.list(List.of(fox(false)));
        for (String key : List.of("/a/server", "/a/serversother", "/b", "/a/servers/brave-fox/deep", "/a/servers/_x")) {
            assertThat(picture.apply(gone(Action.DELETED, key))).as(key).isEmpty();
        }
        assertThat(picture.announcements()).hasSize(1);
    }

    @Test
    void apply_directoryOrStrangeValueInItsPlace_takesItAway() {
        for (String value : new String[] {null, "", "no endpoint"}) {
            picture.list(List.of(fox(false)));
            picture.apply(new EtcdChange(Action.WRITTEN, node("/a/servers/brave-fox", value, false)));
            assertThat(picture.announcements()).isEmpty();
        }
    }

    @Test
    void list_missing_isHeldIfItHadATtl() {
        picture.list(List.of(fox(true), node("/a/servers/calm-owl", "10.0.0.5:81", false)));
        picture.list(List.of());

        assertFoxIsHeld();
        assertThat(picture.announcements()).hasSize(1);
    }
}
