package io.forrest.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Instance;
import io.forrest.Scaler;
import io.forrest.core.Forrest;
import io.forrest.docker.DockerRuntime;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.haproxy.HaproxyDriver;
import io.forrest.haproxy.HaproxyFixture;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example of the README, of the documentation and of the published modules' Javadoc compiles, and does what it says. */
class DocumentationExamplesTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String FRAME = """
            %s
            import io.forrest.*;
            import io.forrest.core.*;
            import io.forrest.core.metrics.*;
            import io.forrest.docker.*;
            import io.forrest.etcd.*;
            import io.forrest.haproxy.*;
            import io.forrest.spi.*;
            import io.forrest.testkit.*;
            import io.micrometer.core.instrument.*;
            import io.micrometer.core.instrument.simple.*;
            import java.net.URI;
            import java.time.Duration;

            public class Example {
                public static void run() throws Exception {
            %s
                }
            }
            """;

    private static final String TESTING = "testing.md";
    private static final Predicate<String> IMPORT = line -> line.startsWith("import ");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void examples_ofReadmeAndJavadoc_compileAndLaunch() throws Exception {
        List<Examples.Example> examples = Examples.in(
                ROOT.resolve("README.md"),
                ROOT.resolve("docs"),
                ROOT.resolve("forrest-api/src/main/java"),
                ROOT.resolve("forrest-core/src/main/java"),
                ROOT.resolve("forrest-etcd-v2/src/main/java"),
                ROOT.resolve("forrest-haproxy/src/main/java"));

        assertThat(examples)
                .extracting(DocumentationExamplesTest::fileName)
                .contains(
                        "README.md",
                        "Forrest.java",
                        "ScalerMetrics.java",
                        "launching.md",
                        "observability.md",
                        "haproxy.md",
                        "rollouts.md");
        for (int i = 0; i < examples.size(); i++) {
            if (fileName(examples.get(i)).equals(TESTING)) {
                continue; // announces nothing in an etcd
            }
            try (EtcdFixture etcd = EtcdFixture.start();
                    HaproxyFixture haproxy = HaproxyFixture.builder().start()) {
                run(examples.get(i), etcd, haproxy, Files.createDirectory(folder.resolve("example" + i)));
            }
        }
    }

    @Test
    void examples_ofTestKit_compileAndHold() throws Exception {
        List<Examples.Example> examples = Examples.in(ROOT.resolve("docs").resolve(TESTING));

        assertThat(examples).isNotEmpty();
        for (int i = 0; i < examples.size(); i++) {
            Examples.Example example = examples.get(i);
            Path output = Files.createDirectory(folder.resolve("example" + i));
            try (URLClassLoader loader = compiled(example, example.code(), output)) {
                loader.loadClass("Example").getMethod("run").invoke(null);
            }
        }
    }

    private static String fileName(Examples.Example example) {
        return example.file().getFileName().toString();
    }

    private static void run(Examples.Example example, EtcdFixture etcd, HaproxyFixture haproxy, Path output)
            throws Exception {
        String image = TestImages.web();
        String code = example.code()
                .replace("http://10.10.10.20:4001", etcd.uri().toString())
                .replace("unix:///run/haproxy/admin.sock", haproxy.socket().toString())
                .replace(
                        "unix:///run/haproxy/master.sock",
                        haproxy.masterSocket().toString())
                .replace("http://127.0.0.1:8404/haproxy?stats", haproxy.page().toString())
                .replace("demo/myapp:v2", TestImages.webVersion2())
                .replace("demo/myapp", image);
        try (URLClassLoader loader = compiled(example, code, output);
                ContainerRuntime runtime = DockerRuntime.create();
                Registry registry = EtcdV2Registry.builder(etcd.uri()).build();
                HaproxyDriver whoeverConfiguresIt = HaproxyDriver.watching(registry)
                        .backend(haproxy.backend())
                        .instance(haproxy.socket())
                        .start();
                Scaler scaler = Forrest.builder(runtime, registry).build()) {
            try {
                loader.loadClass("Example").getMethod("run").invoke(null);

                assertThat(registry.announcements())
                        .as("announced by %s", example)
                        .isNotEmpty();
                await().untilAsserted(
                                () -> assertThat(whoeverConfiguresIt.traffic()).isNotEmpty());
            } finally {
                // Others of this engine, whose records stand elsewhere, are left alone.
                Set<String> recorded = registry.records().list("instances").keySet();
                for (Instance instance : scaler.instances()) {
                    if (recorded.contains(instance.name())) {
                        scaler.stop(instance.name(), Duration.ZERO);
                    }
                }
            }
        }
    }

    /** Compiles an example, its imports before the frame's class, and returns what loads it. */
    private static URLClassLoader compiled(Examples.Example example, String code, Path output) throws IOException {
        String imports = code.lines().filter(IMPORT).collect(Collectors.joining("\n"));
        String statements = code.lines().filter(IMPORT.negate()).collect(Collectors.joining("\n"));
        Path source = output.resolve("Example.java");
        Files.writeString(source, FRAME.formatted(imports, statements));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(
                        null,
                        null,
                        null,
                        "-d",
                        output.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString()))
                .as("the compiler's exit code for %s", example)
                .isZero();
        return new URLClassLoader(new URL[] {output.toUri().toURL()});
    }
}
