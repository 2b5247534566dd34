package io.forrest.core.internal.ready;

import io.forrest.Endpoint;
import io.forrest.Probe;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ready when a GET is answered with the expected status. Speaks just enough of RFC 9112 to read a status line: the JDK's
 * client refuses to send another Host header than the address's, unless a property of the whole JVM allows it.
 */
final class HttpProbe implements Probe {

    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final int LONGEST_STATUS_LINE = 1024;
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: [^\\r\\n]*)?\\r?\\n.*", Pattern.DOTALL);

    private final Readiness.Http wanted;
    private final Duration wait;

    HttpProbe(Readiness.Http wanted) {
        this(wanted, WAIT);
    }

    HttpProbe(Readiness.Http wanted, Duration wait) {
        this.wanted = wanted;
        this.wait = wait;
    }

    @Override
    public ProbeResult probe(Endpoint endpoint) throws InterruptedException {
        String host = wanted.host().isEmpty() ? endpoint.toString() : wanted.host();
        String request = "GET " + wanted.path() + " HTTP/1.1\r\nHost: " + host
                + "\r\nUser-Agent: forrest\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        String what = "GET http://" + endpoint + wanted.path();
        Deadline deadline = Deadline.in(wait, TimeSource.system());
        try (TimedSocket socket = TimedSocket.connect(endpoint, deadline)) {
            socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)), deadline);
            return judge(what, answer(socket, deadline));
        } catch (IOException e) {
            return ProbeResult.notYet(what + ": " + e.getMessage());
        }
    }

    private ProbeResult judge(String what, String answer) {
        Matcher line = STATUS_LINE.matcher(answer);
        if (!line.matches()) {
            return ProbeResult.notYet(
                    what + (answer.isEmpty() ? " was closed without an answer" : " was not answered with HTTP/1.1"));
        }
        int status = Integer.parseInt(line.group(1));
        return status == wanted.status()
                ? ProbeResult.ready()
                : ProbeResult.notYet(what + " was answered with " + status + ", not " + wanted.status());
    }

    private static String answer(TimedSocket socket, Deadline deadline) throws IOException, InterruptedException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_STATUS_LINE);
        while (bytes.hasRemaining() && socket.read(bytes, deadline) >= 0) {
            if (contains(bytes, (byte) '\n')) {
                break;
            }
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    }

    private static boolean contains(ByteBuffer bytes, byte wantedByte) {
        for (int at = 0; at < bytes.position(); at++) {
            if (bytes.get(at) == wantedByte) {
                return true;
            }
        }
        return false;
    }
}
