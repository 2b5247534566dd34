package io.forrest.docker;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Takes a container's log apart into lines, and keeps the last. The log is a row of frames: one byte for the stream, three
 * that are 0, four for the length, the content (Docker Engine API v1.41, ContainerAttach, "Stream format"). A frame may
 * hold many lines, or a part of one; a container with a terminal has no frames. Not thread-safe; confine it to one thread.
 */
final class LogLines {

    /** What is kept of one line. */
    static final int MAX_LINE_BYTES = 8 * 1024;

    private static final int STREAMS = 3;
    private static final int HEADER = 8;

    private final int limit;
    private final Deque<String> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream[] parts = new ByteArrayOutputStream[STREAMS];

    /**
     * Creates it.
     *
     * @param limit how many lines are kept
     */
    LogLines(int limit) {
        this.limit = limit;
        for (int stream = 0; stream < STREAMS; stream++) {
            parts[stream] = new ByteArrayOutputStream();
        }
    }

    /** Reads a log to its end and returns its last lines, oldest first. */
    List<String> read(InputStream log) throws IOException {
        PushbackInputStream in = new PushbackInputStream(log, HEADER);
        byte[] header = in.readNBytes(HEADER);
        in.unread(header);
        if (isFrame(header)) {
            readFrames(new DataInputStream(in));
        } else {
            copy(in, Long.MAX_VALUE, parts[0]);
        }
        for (ByteArrayOutputStream part : parts) {
            if (part.size() > 0) {
                endLine(part);
            }
        }
        return List.copyOf(lines);
    }

    private static boolean isFrame(byte[] header) {
        return header.length == HEADER
                && header[0] >= 0
                && header[0] < STREAMS
                && header[1] == 0
                && header[2] == 0
                && header[3] == 0;
    }

    private void readFrames(DataInputStream in) throws IOException {
        for (int stream = in.read(); stream >= 0; stream = in.read()) {
            if (stream >= STREAMS || in.readNBytes(STREAMS).length < STREAMS) {
                return;
            }
            long length = Integer.toUnsignedLong(in.readInt());
            copy(in, length, parts[stream]);
        }
    }

    private void copy(InputStream in, long length, ByteArrayOutputStream part) throws IOException {
        byte[] buffer = new byte[8 * 1024];
        long left = length;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                return;
            }
            left -= count;
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    endLine(part);
                } else if (part.size() < MAX_LINE_BYTES) {
                    part.write(buffer[i]);
                }
            }
        }
    }

    private void endLine(ByteArrayOutputStream part) {
        String line = part.toString(StandardCharsets.UTF_8);
        part.reset();
        lines.addLast(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        if (lines.size() > limit) {
            lines.removeFirst();
        }
    }
}
