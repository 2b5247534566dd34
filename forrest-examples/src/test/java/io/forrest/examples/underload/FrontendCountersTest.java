package io.forrest.examples.underload;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class FrontendCountersTest {

    private static final String HEAD = "# pxname,svname,hrsp_5xx,req_tot,\n";

    private final FrontendCounters counters = new FrontendCounters(URI.create("http://127.0.0.1:1/"));

    @Test
    void see_growingCounters_areTakenOnce() {
        counters.see(HEAD + "app_in,FRONTEND,1,100,\napp,BACKEND,9,900,\n");
        counters.see(HEAD + "app_in,FRONTEND,1,150,\napp,BACKEND,9,900,\n");

        assertThat(counters.requests()).isEqualTo(150);
        assertThat(counters.failed()).isEqualTo(1);
    }

    @Test
    void see_countersOfANewWorker_comeOnTop() {
        counters.see(HEAD + "app_in,FRONTEND,2,100,\n");
        counters.see(HEAD + "app_in,FRONTEND,1,30,\n");

        assertThat(counters.requests()).isEqualTo(130);
        assertThat(counters.failed()).isEqualTo(3);
    }

    @Test
    void look_nobodyAnswers_isNoNews() {
        counters.see(HEAD + "app_in,FRONTEND,2,100,\n");

        counters.look();

        assertThat(counters.requests()).isEqualTo(100);
    }
}
