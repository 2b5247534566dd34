package io.forrest.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HaproxyAddressTest {

    @Test
    void parse_severalWithSettings_givesEachItsOwn() {
        List<HaproxyAddress> haproxies =
                HaproxyAddress.parse("unix:///a.sock,master=unix:///m.sock,template=/t,file=/f,"
                        + " tcp://127.0.0.1:9999, http://10.0.0.9:8404/haproxy?stats");

        assertThat(haproxies)
                .extracting(HaproxyAddress::toString)
                .containsExactly("unix:///a.sock", "tcp://127.0.0.1:9999", "http://10.0.0.9:8404/haproxy?stats");
        assertThat(haproxies.get(0).master()).contains(URI.create("unix:///m.sock"));
        assertThat(haproxies.get(0).instance()).hasToString("unix:///a.sock");
        assertThat(haproxies.get(1).master()).isEmpty();
        assertThat(haproxies).extracting(HaproxyAddress::isPage).containsExactly(false, false, true);
    }

    @Test
    void parse_credentials_standNowhereElse() {
        HaproxyAddress page = HaproxyAddress.parse("https://admin:a%40b:c@10.0.0.9:8404/haproxy?stats;x=y")
                .get(0);

        assertThat(page.uri()).isEqualTo(URI.create("https://10.0.0.9:8404/haproxy?stats;x=y"));
        assertThat(page.credentials()).contains(new EtcdHosts.Credentials("admin", "a@b:c"));
        assertThat(page.toString() + page.credentials()).doesNotContain("a@b:c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "127.0.0.1:8404",
                "/run/haproxy/admin.sock",
                "ftp://10.0.0.9/secret",
                "http://",
                "http://user@10.0.0.9/s",
                "http://u:secret@a b/s",
                "unix:///a.sock,",
                "master=unix:///m.sock",
                "unix:///a.sock,master=",
                "unix:///a.sock,master=unix:///m,master=unix:///n",
                "unix:///a.sock,file=/f",
                "unix:///a.sock,template=/t",
                "http://10.0.0.9/s,master=unix:///m",
            })
    void parse_anythingElse_isRefusedWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> HaproxyAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void instance_ofAPage_isRefused() {
        HaproxyAddress page = HaproxyAddress.parse("http://u:secret@10.0.0.9:8404/haproxy?stats")
                .get(0);

        assertThatThrownBy(page::instance)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("socket")
                .hasMessageNotContaining("secret");
    }
}
