package io.forrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be announced, and what must never stand in a registry that feeds a proxy's configuration. */
class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5:32768, 10.0.0.5:32768",
        "127.0.0.1:1, 127.0.0.1:1",
        "255.255.255.254:65535, 255.255.255.254:65535",
        "100.99.9.0:80, 100.99.9.0:80",
        "[fd00::5]:32768, [fd00:0:0:0:0:0:0:5]:32768",
        "[FD00::A]:80, [fd00:0:0:0:0:0:0:a]:80",
        "[::1]:80, [0:0:0:0:0:0:0:1]:80",
        "[2001:db8:1:2:3:4:5:6]:443, [2001:db8:1:2:3:4:5:6]:443",
        "[::ffff:10.0.0.5]:80, 10.0.0.5:80",
    })
    void parse_endpoint_isWrittenInOneForm(String text, String written) {
        Endpoint endpoint = Endpoint.parse(text);

        assertThat(endpoint).hasToString(written);
        assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "10.0.0.5",
                "10.0.0.5:",
                "10.0.0.5:0",
                "10.0.0.5:65536",
                "10.0.0.5:99999",
                "10.0.0.5:123456",
                "10.0.0.5:080",
                "10.0.0.5:+1",
                "10.0.0.5:-1",
                "10.0.0.5:80-90",
                "10.0.0.5:abc",
                "10.0.0.5:\u0661\u0662",
                "10.0.0.5:80 ",
                " 10.0.0.5:80",
                "10.0.0.5 :80",
                "10.0.0.5: 80",
                "10.0.0.5:80\n",
                "10.0.0.5\n:80",
                "10.0.0.5:80\r",
                "\t10.0.0.5:80",
                "10.0.0:80",
                "10.0.0.5.6:80",
                "10.0.0.:80",
                ".10.0.0.5:80",
                "10.0.0.256:80",
                "10.0.0.1000:80",
                "10.0.0.-5:80",
                "[10.0.0.5]:80",
                "[]:80",
                "[fd00::5]",
                "[fd00::5]:",
                "[fd00::5:80",
                "fd00::5]:80",
                "fd00::1:80",
                "[[fd00::5]]:80",
                "[fd00::5%eth0]:80",
                "[fe80::1%2]:80",
                "[fe80::1%0]:80",
                "[fd00::5::6]:80",
                "[:::]:80",
                "[12345::]:80",
                "[1:2:3]:80",
                "[1:2:3:4:5:6:7:8:9]:80",
                "[::g]:80",
                "[ ::1]:80",
            })
    void parse_anythingElse_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parse(text));
    }

    /** Each of these is accepted by HAProxy and means something else, or breaks the file (facts/haproxy-confd.md). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1:80 #",
                "10.0.0.1:80 weight 0 disabled",
                "10.0.0.1:80 check port 81",
                "unix@/path",
                "unix@/path:80",
                "fd@3",
                "fd@3:80",
                "${HOME}:80",
                "http://10.0.0.1:80",
                "tcp://10.0.0.1:80",
                "10.0.0.1:80,10.0.0.2:80",
                "{\"host\":\"10.0.0.1\",\"port\":80}",
                "10.0.0.1:80\n    http-request deny",
                "10.0.0.1\n    http-request deny\n    server x 10.0.0.1:80",
                "[::1]\n    http-request deny\n:80",
            })
    void parse_configurationInjected_refused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(text))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cc}"));
    }

    /** The first ones need no name service to become something; the last begin as no literal does, and look like one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "ip6-localhost",
                "cafe",
                "example.com",
                "a",
                "1.2.3.4.example.com",
                ".::1",
                "..:1",
                ".:"
            })
    void address_hostName_refusedUnasked(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.address(name))
                .withMessageContaining("host name")
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "010.0.0.1",
                "10.0.0.01",
                "10.00.0.1",
                "0x7f.0.0.1",
                "0177.0.0.1",
                "127.1",
                "2130706433",
                "0x7f000001"
            })
    void address_octalHexOrShortened_refused(String ip) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.address(ip));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0", "::", "::ffff:0.0.0.0", "0:0:0:0:0:0:0:0", "224.0.0.1", "239.255.255.255", "ff02::1"})
    void of_noOneHost_refused(String ip) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.of(ip, 80))
                .withMessageContaining("one host");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void new_scopedAddress_refused(int scope) throws UnknownHostException {
        InetAddress linkLocal = Endpoint.address("fe80::1");
        Inet6Address scoped = Inet6Address.getByAddress("somewhere", linkLocal.getAddress(), scope);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Endpoint(scoped, 80))
                .withMessageContaining("scope");
        assertThat(new Endpoint(linkLocal, 80)).hasToString("[fe80:0:0:0:0:0:0:1]:80");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 65_536, Integer.MAX_VALUE})
    void of_portOutOfRange_refusedWithThePort(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.of("10.0.0.5", port))
                .withMessageContaining(Integer.toString(port));
    }

    @Test
    void new_resolvedName_isWrittenAsItsAddress() throws UnknownHostException {
        InetAddress named = InetAddress.getByAddress("web.example.com", new byte[] {10, 0, 0, 5});

        Endpoint endpoint = new Endpoint(named, 80);

        assertThat(endpoint).hasToString("10.0.0.5:80").isEqualTo(Endpoint.parse("10.0.0.5:80"));
    }

    @Test
    void socketAddress_always_isResolved() {
        Endpoint endpoint = Endpoint.parse("[fd00::5]:443");

        assertThat(endpoint.socketAddress().isUnresolved()).isFalse();
        assertThat(endpoint.socketAddress().getAddress()).isEqualTo(endpoint.address());
        assertThat(endpoint.socketAddress().getPort()).isEqualTo(443);
    }

    @Test
    void parse_endlessText_refusedWithAShortMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("9".repeat(1_000_000) + ":80"))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }
}
