package io.forrest.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdHostsTest {

    @ParameterizedTest
    @CsvSource({
        "10.10.10.20,                http://10.10.10.20:4001",
        "10.10.10.20:2379,           http://10.10.10.20:2379",
        "etcd.example,               http://etcd.example:4001",
        "http://etcd.example,        http://etcd.example:4001",
        "http://10.10.10.20:2379/,   http://10.10.10.20:2379",
        "https://etcd.example:2379,  https://etcd.example:2379",
        "[fd00::5]:2379,             http://[fd00::5]:2379",
        "[fd00::5],                  http://[fd00::5]:4001",
    })
    void parse_oneHost_isAnEndpoint(String text, URI endpoint) {
        assertThat(EtcdHosts.parse(text).endpoints()).containsExactly(endpoint);
    }

    @Test
    void parse_severalHosts_areShownAsTheyAreAnnouncedTo() {
        EtcdHosts hosts = EtcdHosts.parse("10.0.0.1:2379, 10.0.0.2,https://10.0.0.3:2379");

        assertThat(hosts).hasToString("10.0.0.1:2379,10.0.0.2:4001,10.0.0.3:2379");
        assertThat(hosts.endpoints()).hasSize(3);
    }

    @Test
    void parse_credentials_standNowhereElse() {
        EtcdHosts hosts = EtcdHosts.parse("root:a%40b:c@10.0.0.1:2379,10.0.0.2:2379");

        assertThat(hosts.credentials()).contains(new EtcdHosts.Credentials("root", "a@b:c"));
        assertThat(hosts.endpoints())
                .containsExactly(URI.create("http://10.0.0.1:2379"), URI.create("http://10.0.0.2:2379"));
        assertThat(hosts.credentials().toString() + hosts).doesNotContain("a@b:c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "a,,b",
                ":4001",
                "10.0.0.1:port",
                "10.0.0.1:0",
                "10.0.0.1:99999",
                "10.0.0.1/v2/keys",
                "http://10.0.0.1?x=secret",
                "ftp://10.0.0.1",
                "fd00::5",
                "a b",
                "user@10.0.0.1",
                "u:secret@10.0.0.1,v:secret@10.0.0.2",
                "u:secret@a b",
            })
    void parse_anythingElse_isRefusedWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> EtcdHosts.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }
}
