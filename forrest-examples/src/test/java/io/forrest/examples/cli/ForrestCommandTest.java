package io.forrest.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.examples.cli.Shell.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForrestCommandTest {

    private final Shell shell = new Shell();

    @AfterEach
    void tearDown() {
        shell.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fly",
                "launch",
                "launch demo/myapp another",
                "launch Demo/MyApp",
                "launch demo/myapp --name ../../x",
                "launch demo/myapp --port 0",
                "launch demo/myapp --port http",
                "launch demo/myapp --env NOVALUE",
                "launch demo/myapp --drain 10",
                "launch demo/myapp --drain 25h",
                "launch demo/myapp --ready-path health",
                "launch demo/myapp --ip localhost",
                "launch demo/myapp --etcd a,,b",
                "launch demo/myapp --prefix=",
                "launch demo/myapp --prefix=a//b",
                "launch demo/myapp --prefix=../b",
                "stop",
                "stop web-1 --drain soon",
                "list everything",
                "list --drain 10s",
                "list --haproxy 127.0.0.1:8404",
                "list --haproxy unix:relative",
                "launch demo/myapp --haproxy http://u:secret@h/s --haproxy http://v:secret@h/t",
                "stop web-1 --haproxy unix:///a.sock,master=http://h/",
                "gateway",
                "gateway --backend app",
                "gateway --haproxy unix:///a.sock",
                "gateway --backend a/b --haproxy unix:///a.sock",
                "gateway --backend app --haproxy http://127.0.0.1:8404/haproxy?stats",
                "gateway --backend app --haproxy unix:///a.sock,template=/a",
                "gateway --backend app --haproxy unix:///a.sock,template=/a,file=/a",
                "gateway --backend app --haproxy unix:///a.sock --haproxy unix:///a.sock",
                "gateway --backend app --haproxy unix:///a.sock --drain-within 2",
                "scale",
                "scale web",
                "scale web many",
                "scale web 1001 --image demo/web",
                "scale ../x 2",
                "scale web 2 --env A=b",
                "scale web 2 --image Demo/Web",
                "rollout",
                "rollout web",
                "rollout web Demo/Web",
                "rollout ../x demo/web",
                "rollout web demo/web --waves 0",
                "rollout web demo/web --waves 1,some",
                "rollout web demo/web --observe 30",
                "rollout web demo/web --observe 25h",
                "rollout web demo/web --judge me",
                "rollout web demo/web --judge no-worse",
                "rollout web demo/web --env NOVALUE",
                "rollout --resume web demo/web",
                "rollout --resume web --observe 3s",
                "rollout --resume --roll-back web",
                "rollout --roll-back --judge alive web",
                "watch me",
                "watch --replace 10",
                "watch --replace 0/10m",
                "watch --replace 10/soon",
                "watch --replace 10/10m --no-supervision",
                "watch --for ever",
            })
    void run_whatCannotBeMeant_isMisuseInOneLine(String line) {
        Outcome outcome = shell.run(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .startsWith("forrest: ")
                .doesNotContain("secret")
                .endsWith("--help)");
    }

    @ParameterizedTest
    @CsvSource({
        "FORREST_DRAIN, 10",
        "ETCD_HOST, a b",
        "ETCD_PREFIX, a b",
        "FORREST_IP, docker1",
        "FORREST_HAPROXY, http:"
    })
    void run_environmentThatCannotBeMeant_isMisuseInOneLine(String variable, String value) {
        shell.export(variable, value);

        Outcome outcome = shell.run("launch", "demo/myapp");

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err()).singleElement().asString().startsWith("forrest: ");
    }

    @Test
    void run_emptyVariables_areAsIfNotSet() {
        shell.export("ETCD_HOST", "").export("ETCD_PREFIX", " ").export("FORREST_DRAIN", "");

        assertThat(shell.run("list").exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "launch --help",
                "stop --help",
                "list --help",
                "gateway --help",
                "scale --help",
                "rollout --help",
                "watch --help"
            })
    void run_help_goesToStandardOutput(String line) {
        Outcome outcome = shell.run(line.split(" "));

        assertThat(outcome.exit()).isZero();
        assertThat(String.join("\n", outcome.out())).contains("Usage: forrest");
        assertThat(outcome.out()).allMatch(text -> text.length() <= 100);
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void run_help_namesTheVariables() {
        assertThat(String.join("\n", shell.run("--help").out()))
                .contains("ETCD_HOST", "ETCD_PREFIX", "FORREST_IP", "FORREST_DRAIN", "FORREST_HAPROXY")
                .contains("launch", "stop", "list", "gateway", "scale", "rollout", "watch");
    }

    @Test
    void run_version_isOneLine() {
        assertThat(shell.run("--version").out()).singleElement().asString().startsWith("forrest ");
    }
}
