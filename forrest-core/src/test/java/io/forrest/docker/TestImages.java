package io.forrest.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The images that tests launch, built from the image that the system property {@code forrest.test.image.busybox} names
 * ({@code busybox:1.36} by default, which is fetched if need be) and only if they are not there yet. All have {@code sh}, and
 * end within a moment of SIGTERM under an init process. Thread-safe.
 */
public final class TestImages {

    /** The port that the images listen on, where they do. */
    public static final int PORT = 8080;

    /** What {@link #web()} answers at {@code /}, followed by a line feed. */
    public static final String GREETING = "hello from forrest";

    private static final String BASE = System.getProperty("forrest.test.image.busybox", "busybox:1.36");
    private static final String RECIPE_LABEL = "io.forrest.test.recipe";
    private static final String HTTPD = "exec httpd -f -p 8080 -h /www";
    private static final String PAGES =
            "mkdir -p /www && echo '" + GREETING + "' > /www/index.html && hostname > /www/hostname && ";
    private static final Map<String, String> BUILT = new HashMap<>();

    private TestImages() {}

    /**
     * Returns the image of a web server on {@link #PORT}, its only exposed port. {@code /} is {@link #GREETING}, and
     * {@code /hostname} the container's own host name.
     *
     * @return the image's name
     */
    public static String web() {
        return image("web:1", "EXPOSE 8080", shell(PAGES + HTTPD));
    }

    /**
     * Returns {@link #web()} as a second version: the same but for {@code /version}, which is {@code 2}.
     *
     * @return the image's name
     */
    public static String webVersion2() {
        return image("web:2", "EXPOSE 8080", shell(PAGES + "echo 2 > /www/version && " + HTTPD));
    }

    /**
     * Returns the image of a web server whose page {@code /cgi-bin/answer} takes {@code $WAIT} seconds, by default 0.03, and is
     * answered with a 500 in {@code $FAIL} of ten cases, by default none. At {@code /cgi-bin/end} it answers nothing, writes the
     * line {@code worn out} to standard error and ends at once, with all that it is answering; it needs an init process for that.
     *
     * @return the image's name
     */
    public static String answering() {
        String script = "#!/bin/sh\\\\n"
                + "sleep ${WAIT:-0.03}\\\\n"
                + "[ $((RANDOM %% 10)) -ge ${FAIL:-0} ] || echo Status: 500 Broken\\\\n"
                + "echo Content-Type: text/plain\\\\necho\\\\necho ok\\\\n";
        String end = "#!/bin/sh\\\\necho worn out >&2\\\\nkill -9 -1\\\\n";
        return image(
                "answering:2",
                "EXPOSE 8080",
                shell(PAGES + "mkdir -p /www/cgi-bin && printf '" + script + "' > /www/cgi-bin/answer && printf '" + end
                        + "' > /www/cgi-bin/end && chmod 755 /www/cgi-bin/* && " + HTTPD));
    }

    /**
     * Returns the image of a web server that exposes no port.
     *
     * @return the image's name
     */
    public static String noPort() {
        return image("no-port:1", shell(PAGES + HTTPD));
    }

    /**
     * Returns the image of a web server that exposes {@link #PORT} and, without listening there, 9090.
     *
     * @return the image's name
     */
    public static String twoPorts() {
        return image("two-ports:1", "EXPOSE 8080 9090", shell(PAGES + HTTPD));
    }

    /**
     * Returns the image of a web server with a HEALTHCHECK at Docker's own interval of 30 s, which passes if the file
     * {@code /tmp/sick} does not exist and the server answers.
     *
     * @return the image's name
     */
    public static String healthcheck() {
        return image(
                "healthcheck:1",
                "EXPOSE 8080",
                "HEALTHCHECK CMD test ! -e /tmp/sick && nc 127.0.0.1 8080 < /dev/null",
                shell(PAGES + HTTPD));
    }

    /**
     * Returns the image of a web server that listens 3 s after its start only.
     *
     * @return the image's name
     */
    public static String slowListener() {
        return image("slow:1", "EXPOSE 8080", shell(PAGES + "sleep 3 && " + HTTPD));
    }

    /**
     * Returns the image of a program that exposes {@link #PORT} and never listens there.
     *
     * @return the image's name
     */
    public static String neverListens() {
        return image("never-listens:1", "EXPOSE 8080", shell("echo not today; exec sleep 100000"));
    }

    /**
     * Returns the image of a program that exposes {@link #PORT}, writes the line {@code giving up} to standard error and
     * exits with code 3.
     *
     * @return the image's name
     */
    public static String exitsAtOnce() {
        return image("exits:1", "EXPOSE 8080", shell("echo giving up >&2; exit 3"));
    }

    private static String shell(String script) {
        return "CMD [\"sh\", \"-c\", \"" + script + "\"]";
    }

    private static String image(String name, String... lines) {
        String tag = "forrest-test/" + name;
        String recipe = "FROM " + BASE + "\n" + String.join("\n", lines) + "\n";
        synchronized (BUILT) {
            if (!recipe.equals(BUILT.get(tag))) {
                try (DockerClient docker = client()) {
                    if (!isPresent(docker, tag, recipe)) {
                        build(docker, tag, recipe);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                BUILT.put(tag, recipe);
            }
        }
        return tag;
    }

    static EngineAddress address() {
        return new AddressLookup(DockerEnvironment.ofProcess()).find(null, null);
    }

    /** Returns a client that is docker-java's alone, to be closed by the caller. */
    static DockerClient client() {
        return client(address());
    }

    static DockerClient client(EngineAddress address) {
        ApacheDockerHttpClient.Builder http = new ApacheDockerHttpClient.Builder().dockerHost(address.uri());
        if (address.tls() != null) {
            http.sslConfig(address::tls);
        }
        return DockerClientImpl.getInstance(new DefaultDockerClientConfig.Builder().build(), http.build());
    }

    private static String stamp(String recipe) {
        return Integer.toHexString(recipe.hashCode());
    }

    private static boolean isPresent(DockerClient docker, String tag, String recipe) {
        try {
            Map<String, String> labels =
                    docker.inspectImageCmd(tag).exec().getConfig().getLabels();
            return labels != null && stamp(recipe).equals(labels.get(RECIPE_LABEL));
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static void build(DockerClient docker, String tag, String recipe) throws IOException {
        try (InputStream context = new ByteArrayInputStream(tar(recipe))) {
            docker.buildImageCmd(context)
                    .withTags(Set.of(tag))
                    .withLabels(Map.of(RECIPE_LABEL, stamp(recipe)))
                    .exec(new BuildImageResultCallback())
                    .awaitImageId(2, TimeUnit.MINUTES);
        }
    }

    private static byte[] tar(String recipe) throws IOException {
        byte[] content = recipe.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("Dockerfile");
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }
}
