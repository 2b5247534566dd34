package io.forrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadinessTest {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/healthz", "/a/b?c=d&e=%20f", "/~x;y=(1)!"})
    void http_requestTarget_expects200OfTheEndpointItself(String path) {
        Readiness.Http http = Readiness.http(path);

        assertThat(http.path()).isEqualTo(path);
        assertThat(http.status()).isEqualTo(200);
        assertThat(http.host()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "healthz",
                "http://10.0.0.5/",
                "*",
                " /",
                "/a b",
                "/a\tb",
                "/\n",
                "/ HTTP/1.1\r\nHost: elsewhere\r\n\r\n",
                "/a\r",
                "/a\0",
                "/a\177",
                "/\u00fc",
                "/\u2028",
            })
    void http_whatCannotStandInARequest_refused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Readiness.http(path))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cc}"));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 204, 401, 599})
    void status_ofHttp_isExpectedInstead(int status) {
        assertThat(Readiness.http("/").status(status)).isEqualTo(new Readiness.Http("/", status, ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 99, 600, Integer.MAX_VALUE})
    void status_noneOfHttp_refused(int status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Readiness.http("/").status(status))
                .withMessageContaining(Integer.toString(status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "example.com:8080", "[fd00::5]:80", "my_app"})
    void host_name_isSentInstead(String host) {
        assertThat(Readiness.http("/a").status(204).host(host)).isEqualTo(new Readiness.Http("/a", 204, host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b", "a\r\nX-Injected: 1", "a\n", "a/b", "user@host", "m\u00fcller.de", "a\0", "a,b", "\u009b"
            })
    void host_whatCannotStandInAHeader_refused(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Readiness.http("/").host(host))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cc}"));
    }

    @Test
    void status_ofATemplate_leavesItAsItWas() {
        Readiness.Http template = Readiness.http("/");

        assertThat(template.status(503)).isNotEqualTo(template);
        assertThat(template.host("example.com")).isNotEqualTo(template);
        assertThat(template).isEqualTo(Readiness.http("/"));
    }
}
