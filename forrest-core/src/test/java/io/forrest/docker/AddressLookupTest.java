package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which engine is meant. */
class AddressLookupTest {

    @TempDir
    private Path home;

    private EngineAddress find(Map<String, String> variables) {
        return new AddressLookup(environment(variables)).find(null, null);
    }

    private DockerEnvironment environment(Map<String, String> variables) {
        return new DockerEnvironment(variables, home, List.of(home.resolve("usual.sock"), home.resolve("other.sock")));
    }

    private void write(String file, String content) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private void context(String name, String endpoint) throws IOException {
        write(
                ".docker/contexts/meta/" + sha256(name) + "/meta.json",
                "{\"Name\":\"" + name + "\",\"Endpoints\":{\"docker\":" + endpoint + "}}");
    }

    private static String sha256(String text) {
        return com.google.common.hash.Hashing.sha256()
                .hashString(text, java.nio.charset.StandardCharsets.UTF_8)
                .toString();
    }

    @ParameterizedTest
    @CsvSource({
        "unix:///run/x.sock, unix:///run/x.sock",
        "tcp://engine:2375, tcp://engine:2375",
        "tcp://engine, tcp://engine:2375",
        "engine:4243, tcp://engine:4243",
        "tcp://[::1]:2375, tcp://[::1]:2375",
        "tcp://engine:2375/proxied, tcp://engine:2375/proxied",
        "npipe:////./pipe/docker_engine, npipe:////./pipe/docker_engine",
    })
    void find_dockerHost_isReadAsTheCommandLineDoes(String variable, String expected) {
        assertThat(find(Map.of("DOCKER_HOST", variable))).hasToString(expected).returns(null, EngineAddress::tls);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh://user@host",
                "http://engine:2375",
                "fd://",
                "tcp://",
                "tcp://user:hunter22@engine:2375",
                "unix://",
                "a b"
            })
    void find_dockerHostThatCannotBeUsed_saysSoWithoutAPassword(String variable) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(Map.of("DOCKER_HOST", variable)))
                .withMessageContaining("Docker engine")
                .withMessageNotContaining("hunter22");
    }

    @Test
    void find_ssh_saysHowToForward() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(Map.of("DOCKER_HOST", "ssh://user@host")))
                .withMessageContaining("ssh -nNT -L");
    }

    @Test
    void find_nothingSet_isTheFirstSocketThatExists() throws IOException {
        assertThat(find(Map.of())).hasToString("unix://" + home + "/usual.sock");

        write("other.sock", "");
        assertThat(find(Map.of("DOCKER_HOST", " "))).hasToString("unix://" + home + "/other.sock");

        write("usual.sock", "");
        assertThat(find(Map.of())).hasToString("unix://" + home + "/usual.sock");
    }

    @Test
    void find_settingBesideVariables_isTheSettingWithoutTheirCertificates() {
        DockerEnvironment environment = environment(Map.of(
                "DOCKER_HOST", "tcp://other:1", "DOCKER_TLS_VERIFY", "1", "DOCKER_CERT_PATH", "/no/such/folder"));

        assertThat(new AddressLookup(environment).find("tcp://mine:2", null))
                .hasToString("tcp://mine:2")
                .returns(null, EngineAddress::tls);
    }

    @Test
    void find_tlsFolderMissing_saysWhich() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(Map.of(
                        "DOCKER_HOST", "tcp://engine", "DOCKER_TLS_VERIFY", "yes", "DOCKER_CERT_PATH", "/no/such")))
                .withMessageContaining("/no/such");
    }

    @Test
    void find_tlsForASocket_isForgottenOfVariablesAndRefusedOfSettings() {
        assertThat(find(Map.of("DOCKER_HOST", "unix:///run/x.sock", "DOCKER_TLS_VERIFY", "1")))
                .hasToString("unix:///run/x.sock");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AddressLookup(environment(Map.of())).find("unix:///run/x.sock", home))
                .withMessageContainingAll("unix:///run/x.sock", home.toString());
    }

    @Test
    void find_currentContext_isUsed() throws IOException {
        context("far", "{\"Host\":\"tcp://far:2375\"}");
        write(".docker/config.json", "{\"currentContext\":\"far\"}");

        assertThat(find(Map.of())).hasToString("tcp://far:2375");
        assertThat(find(Map.of("DOCKER_CONTEXT", "default"))).hasToString("unix://" + home + "/usual.sock");
        assertThat(find(Map.of("DOCKER_HOST", "tcp://near:1"))).hasToString("tcp://near:1");
    }

    @Test
    void find_contextOfVariable_winsOverTheCurrentOne() throws IOException {
        context("far", "{\"Host\":\"tcp://far:2375\"}");
        context("farther", "{\"Host\":\"unix:///run/farther.sock\"}");
        write(".docker/config.json", "{\"currentContext\":\"far\"}");

        assertThat(find(Map.of("DOCKER_CONTEXT", "farther"))).hasToString("unix:///run/farther.sock");
    }

    @Test
    void find_configOfVariable_isLookedIntoInstead() throws IOException {
        write("elsewhere/config.json", "{\"currentContext\":\"gone\"}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(Map.of("DOCKER_CONFIG", home + "/elsewhere")))
                .withMessageContainingAll("\"gone\"", home + "/elsewhere");
    }

    @Test
    void find_contextWithCertificates_readsThem() throws IOException {
        context("far", "{\"Host\":\"tcp://far:2376\"}");
        write(".docker/contexts/tls/" + sha256("far") + "/docker/ca.pem", "no certificate");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(Map.of("DOCKER_CONTEXT", "far")))
                .withMessageContaining("cannot use the certificates");
        // the certificates are the context's, and not another engine's
        assertThat(find(Map.of("DOCKER_CONTEXT", "far", "DOCKER_HOST", "tcp://near:1")))
                .returns(null, EngineAddress::tls);
    }

    @Test
    void find_unknownContext_saysSo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(Map.of("DOCKER_CONTEXT", "nowhere")))
                .withMessageContainingAll("nowhere", "docker context ls");
    }

    @Test
    void find_contextThatSkipsVerification_isRefused() throws IOException {
        context("far", "{\"Host\":\"tcp://far:2376\",\"SkipTLSVerify\":true}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(Map.of("DOCKER_CONTEXT", "far")))
                .withMessageContaining("skips the verification");
    }

    @Test
    void find_brokenConfig_saysWhichFileAndShowsNothingOfIt() throws IOException {
        write(".docker/config.json", "{\"auths\":{\"x\":{\"auth\":\"c2VjcmV0OnNlY3JldA==\"}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(Map.of()))
                .withMessageContaining("config.json")
                .withMessageNotContaining("c2Vj")
                .withNoCause();
    }
}
