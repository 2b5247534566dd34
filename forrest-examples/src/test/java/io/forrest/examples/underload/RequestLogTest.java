package io.forrest.examples.underload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLogTest {

    @ParameterizedTest
    @CsvSource({
        "200 --, 0",
        "204 --, 0",
        "404 --, 0",
        "500 --, 1", // the application's own
        "502 SH, 1", // it closed before an answer
        "503 SC, 1", // nobody to connect to
        "503 <-, 1",
        "504 sH, 1",
        "200 SD, 1", // it closed amid an answer
        "200 KD, 1", // a worker that was killed amid an answer
        "-1 CR, 0", // the client went away
        "408 cR, 0",
    })
    void of_oneLine_countsWhatIsTheServicesFault(String line, long failed) {
        assertThat(RequestLog.of(Stream.of(line))).isEqualTo(new RequestLog(1, failed));
    }

    @Test
    void of_otherLines_areNotRequests() {
        assertThat(RequestLog.of(Stream.of("[NOTICE] (1) : New worker (2) forked", "", "200 --")))
                .isEqualTo(new RequestLog(1, 0));
    }
}
