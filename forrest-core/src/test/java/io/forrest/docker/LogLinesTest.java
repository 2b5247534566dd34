package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLinesTest {

    private static final int OUT = 1;
    private static final int ERR = 2;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    private void frame(int stream, String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        log.writeBytes(ByteBuffer.allocate(8)
                .put(0, (byte) stream)
                .putInt(4, content.length)
                .array());
        log.writeBytes(content);
    }

    private List<String> lines(int limit) throws IOException {
        return new LogLines(limit).read(new ByteArrayInputStream(log.toByteArray()));
    }

    @Test
    void read_bothStreams_keepsTheirOrder() throws IOException {
        frame(OUT, "one\n");
        frame(ERR, "two\n");
        frame(OUT, "three\n");

        assertThat(lines(10)).containsExactly("one", "two", "three");
    }

    @Test
    void read_frameOfManyLinesAndLineOfManyFrames_areTakenApart() throws IOException {
        frame(OUT, "a\nb\n\nc");
        frame(ERR, "x");
        frame(OUT, "d\r\n");
        frame(ERR, "y\n");

        assertThat(lines(10)).containsExactly("a", "b", "", "cd", "xy");
    }

    @Test
    void read_lastLineWithoutEnd_isALine() throws IOException {
        frame(OUT, "half");

        assertThat(lines(10)).containsExactly("half");
    }

    @Test
    void read_moreThanAsked_keepsTheLast() throws IOException {
        frame(OUT, "1\n2\n3\n4\n");

        assertThat(lines(2)).containsExactly("3", "4");
    }

    @Test
    void read_lineWithoutEnd_isBounded() throws IOException {
        frame(OUT, "x".repeat(10 * LogLines.MAX_LINE_BYTES) + "\n");
        frame(OUT, "after\n");

        assertThat(lines(2)).containsExactly("x".repeat(LogLines.MAX_LINE_BYTES), "after");
    }

    @Test
    void read_terminal_hasNoFrames() throws IOException {
        log.writeBytes("from a\r\nterminal".getBytes(StandardCharsets.UTF_8));

        assertThat(lines(10)).containsExactly("from a", "terminal");
    }

    @Test
    void read_nothing_isEmpty() throws IOException {
        assertThat(lines(10)).isEmpty();
    }
}
