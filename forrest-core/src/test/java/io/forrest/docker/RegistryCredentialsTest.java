package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.spi.ImageReference;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryCredentialsTest {

    private static final String PASSWORD = "s3cret:word";
    private static final String HUB = "https://index.docker.io/v1/";

    @TempDir
    private Path home;

    private final Workers workers = new Workers(TimeSource.system());

    @AfterEach
    void close() {
        workers.close();
    }

    private Optional<RegistryCredentials> find(String registry, String config) throws IOException {
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), config);
        DockerEnvironment environment = new DockerEnvironment(Map.of("PATH", home + ":/usr/bin:/bin"), home, List.of());
        return RegistryCredentials.find(registry, environment.config(), new CredentialHelper(environment, workers));
    }

    private static String auths(String key) {
        return "{\"auths\":{\"other.example\":{},\"" + key + "\":{\"auth\":\"" + base64("ann:" + PASSWORD) + "\"}}}";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(RegistryCredentials credentials) {
        return new String(Base64.getUrlDecoder().decode(credentials.header()), StandardCharsets.UTF_8);
    }

    private void helper(String name, String script) throws IOException {
        Path program = home.resolve("docker-credential-" + name);
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "busybox, " + HUB,
        "demo/myapp:v2, " + HUB,
        "docker.io/demo/myapp, " + HUB,
        "quay.io/demo/myapp, quay.io",
        "localhost/myapp, localhost",
        "localhost:5000/myapp:v1, localhost:5000",
        "registry:5000/myapp, registry:5000",
    })
    void registryOf_image_isNamedAsAConfigurationDoes(String image, String expected) {
        assertThat(RegistryCredentials.registryOf(ImageReference.parse(image))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:5000, localhost:5000",
        "quay.io, https://quay.io",
        "quay.io, https://quay.io/v1/",
        HUB + ", " + HUB,
    })
    void find_entry_isFoundByTheRegistrysName(String registry, String key) throws IOException {
        assertThat(find(registry, auths(key)).map(RegistryCredentialsTest::decoded))
                .contains("{\"serveraddress\":\"" + registry + "\",\"username\":\"ann\",\"password\":\"" + PASSWORD
                        + "\"}");
    }

    @Test
    void find_noEntry_isEmpty() throws IOException {
        assertThat(find("quay.io", auths("localhost:5000"))).isEmpty();
        assertThat(find("quay.io", "{\"auths\":{\"quay.io\":{}}}")).isEmpty();
        assertThat(find("quay.io", "{}")).isEmpty();
    }

    @Test
    void find_identityToken_isHandedOn() throws IOException {
        assertThat(find("quay.io", "{\"auths\":{\"quay.io\":{\"identitytoken\":\"tok\"}}}")
                        .map(RegistryCredentialsTest::decoded))
                .contains("{\"serveraddress\":\"quay.io\",\"identitytoken\":\"tok\"}");
    }

    @Test
    void find_helperOfTheRegistry_isAsked() throws IOException {
        helper("good", "read registry; echo \"{\\\"Username\\\":\\\"$registry\\\",\\\"Secret\\\":\\\"$1\\\"}\"");

        assertThat(find("quay.io", "{\"credHelpers\":{\"quay.io\":\"good\"},\"credsStore\":\"none\"}")
                        .map(RegistryCredentialsTest::decoded))
                .contains("{\"serveraddress\":\"quay.io\",\"username\":\"quay.io\",\"password\":\"get\"}");
    }

    @Test
    void find_store_isAskedAndMayGiveAToken() throws IOException {
        helper("vault", "echo '{\"Username\":\"<token>\",\"Secret\":\"tok\"}'");

        assertThat(find("quay.io", "{\"credsStore\":\"vault\"}").map(RegistryCredentialsTest::decoded))
                .contains("{\"serveraddress\":\"quay.io\",\"identitytoken\":\"tok\"}");
    }

    @Test
    void find_helperWithoutAnEntryOrMissing_leavesTheFileToAnswer() throws IOException {
        helper("empty", "echo 'credentials not found in native keychain'; exit 1");
        String auths = auths("quay.io");

        for (String helper : List.of("empty", "missing", "../sneaky")) {
            assertThat(find("quay.io", auths.replaceFirst("\\{", "{\"credsStore\":\"" + helper + "\",")))
                    .as(helper)
                    .isPresent();
        }
    }

    @Test
    void find_brokenEntry_saysSoAndShowsNothingOfIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> find("quay.io", "{\"auths\":{\"quay.io\":{\"auth\":\"!!hunter22!!\"}}}"))
                .withMessageContaining("quay.io")
                .withMessageNotContaining("hunter22")
                .withNoCause();
    }

    @Test
    void toString_ofAllThatHoldsASecret_hasNoSecret() throws IOException {
        RegistryCredentials credentials = find("quay.io", auths("quay.io")).orElseThrow();
        DockerEnvironment environment = new DockerEnvironment(Map.of("TOKEN", PASSWORD), home, List.of());

        assertThat(credentials.toString() + environment + new CredentialHelper.Answer("ann", PASSWORD))
                .doesNotContain(PASSWORD, "ann");
        assertThat(EngineErrors.masked("the password " + PASSWORD + " is wrong", credentials.secrets()))
                .isEqualTo("the password *** is wrong");
    }
}
