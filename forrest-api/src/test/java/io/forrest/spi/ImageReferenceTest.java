package io.forrest.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageReferenceTest {

    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "myapp, myapp, myapp,",
        "myapp:v2, myapp, myapp, v2",
        "demo/myapp:v2, demo/myapp, myapp, v2",
        "library/busybox:1.36, library/busybox, busybox, 1.36",
        "localhost/myapp, localhost/myapp, myapp,",
        "registry:5000/myapp, registry:5000/myapp, myapp,",
        "registry.example.com:5000/team/my-app:2024.01_a-b, registry.example.com:5000/team/my-app, my-app, 2024.01_a-b",
        "10.0.0.5:5000/myapp:v2, 10.0.0.5:5000/myapp, myapp, v2",
        "[fd00::5]:5000/myapp:v2, [fd00::5]:5000/myapp, myapp, v2",
        "quay.io/coreos/etcd:v3.4.37, quay.io/coreos/etcd, etcd, v3.4.37",
        "Registry.Example.COM/myapp, Registry.Example.COM/myapp, myapp,",
        "a.b/c.d_e__f---g:_x, a.b/c.d_e__f---g, c.d_e__f---g, _x",
        "host:5000, host, host, 5000",
    })
    void parse_image_isTakenApart(String text, String name, String lastPart, @Nullable String tag) {
        ImageReference image = ImageReference.parse(text);

        assertThat(image).hasToString(text);
        assertThat(image.name()).isEqualTo(name);
        assertThat(image.lastPart()).isEqualTo(lastPart);
        assertThat(image.tag()).isEqualTo(Optional.ofNullable(tag));
        assertThat(image.digest()).isEmpty();
    }

    @Test
    void parse_digest_isTakenApart() {
        ImageReference both = ImageReference.parse("registry:5000/demo/myapp:v2@" + DIGEST);

        assertThat(both.name()).isEqualTo("registry:5000/demo/myapp");
        assertThat(both.tag()).contains("v2");
        assertThat(both.digest()).contains(DIGEST);

        ImageReference digestAlone = ImageReference.parse("myapp@" + DIGEST);
        assertThat(digestAlone.lastPart()).isEqualTo("myapp");
        assertThat(digestAlone.tag()).isEmpty();
        assertThat(digestAlone.digest()).contains(DIGEST);
    }

    @Test
    void parse_id_hasNoName() {
        ImageReference id = ImageReference.parse(DIGEST);

        assertThat(id.name()).isEmpty();
        assertThat(id.lastPart()).isEmpty();
        assertThat(id.tag()).isEmpty();
        assertThat(id.digest()).contains(DIGEST);
        assertThat(id).hasToString(DIGEST);
    }

    static Stream<String> noImages() {
        return Stream.of(
                "",
                " ",
                ":",
                ":v2",
                "/",
                "/myapp",
                "myapp/",
                "a//b",
                "MyApp",
                "demo/MyApp",
                "myapp:",
                "myapp:.v2",
                "myapp:-v2",
                "myapp:v2:v3",
                "myapp:" + "v".repeat(129),
                "myapp:v 2",
                "myapp: v2",
                " myapp",
                "myapp ",
                "myapp\n",
                "myapp\n:v2",
                "myapp:v2\n",
                "-myapp",
                "myapp-",
                "my..app",
                "my___app",
                "my._app",
                "_myapp",
                "../myapp",
                "./myapp",
                "demo/../myapp",
                "http://registry/myapp",
                "registry:port/myapp",
                "registry:123456/myapp",
                "registry:/myapp",
                "fd00::5/myapp",
                "-registry.example.com/myapp",
                "myapp@",
                "myapp@v2",
                "myapp@sha256:abc",
                "myapp@md5:" + "0".repeat(32),
                "myapp@sha256:" + "A".repeat(64),
                "myapp@" + DIGEST + "0",
                "myapp@" + DIGEST + ":v2",
                "@" + DIGEST,
                DIGEST + "\n",
                "m\u00fcller",
                "myapp:\u0661",
                "myapp?x=1",
                "myapp#1",
                "my%2fapp",
                "--privileged",
                "\33[2Jmyapp",
                "\u009b2Jmyapp",
                "a".repeat(513));
    }

    @ParameterizedTest
    @MethodSource("noImages")
    void parse_anythingElse_refusedInPrintableWords(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageReference.parse(text))
                .withMessageContaining("not an image")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cc}"));
    }

    @Test
    void parse_endlessText_refusedWithAShortMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageReference.parse("a/".repeat(500_000) + "a"))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
    }

    @Test
    void equals_sameText_true() {
        assertThat(ImageReference.parse("myapp:v2"))
                .isEqualTo(ImageReference.parse("myapp:v2"))
                .hasSameHashCodeAs(ImageReference.parse("myapp:v2"))
                .isNotEqualTo(ImageReference.parse("myapp:v3"));
    }
}
