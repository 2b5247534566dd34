package io.forrest.docker;

import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** An answer that was read to its end, so that nobody can block on it any more. */
final class BufferedResponse implements Response {

    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private final int status;
    private final Map<String, List<String>> headers;
    private final InputStream body;

    private BufferedResponse(int status, Map<String, List<String>> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = new ByteArrayInputStream(body);
    }

    static Response read(int status, InputStream body, Response response) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BYTES);
        if (bytes.length == MAX_BYTES) {
            throw new IOException("an answer of " + MAX_BYTES + " bytes or more");
        }
        return new BufferedResponse(status, response.getHeaders(), bytes);
    }

    @Override
    public int getStatusCode() {
        return status;
    }

    @Override
    public Map<String, List<String>> getHeaders() {
        return headers;
    }

    @Override
    public InputStream getBody() {
        return body;
    }

    @Override
    public void close() {}
}
