package io.forrest.core.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.ByteSize;
import io.forrest.Launch;
import io.forrest.Mount;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The options of a launch, before anything is launched. */
class FluentLaunchTest {

    private static final Launch LAUNCH = launch();

    private static Launch launch() {
        return FluentLaunch.of(noLauncher(), "demo/myapp:v2");
    }

    @SuppressWarnings("NullAway") // no call here gets as far as the launcher
    private static Launcher noLauncher() {
        return null;
    }

    private static void assertRefused(ThrowingCallable option, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(option)
                .satisfies(e -> assertThat(e.getMessage()).contains(words).doesNotContainPattern("\\p{Cc}"));
    }

    @Test
    void of_noImage_refused() {
        assertRefused(() -> FluentLaunch.of(noLauncher(), "No Image"), "No Image");
    }

    @Test
    void named_template_staysAsItWas() {
        Launch template = LAUNCH.app("myapp");
        Launch one = template.named("web-1");
        Launch two = template.named("web-2");

        assertThat(template).hasToString("launch of demo/myapp:v2 of myapp");
        assertThat(one).hasToString("launch of demo/myapp:v2 named web-1 of myapp");
        assertThat(two).hasToString("launch of demo/myapp:v2 named web-2 of myapp");
        assertThat(LAUNCH).hasToString("launch of demo/myapp:v2");
    }

    /** A contradiction with what only another branch was told would show that they share something. */
    @Test
    void options_twoBranchesOfATemplate_knowNothingOfEachOther() {
        Launch template = LAUNCH.env("COMMON", "1").mount(Mount.volume("common", "/common"));
        assertThatCode(() -> {
                    Launch one = template.env("A", "1").mount(Mount.volume("a", "/data"));
                    Launch two = template.secret("A", "2").mount(Mount.volume("b", "/data"));
                    assertThat(one).isNotSameAs(two);
                    assertThat(one.env("B", "1")).isNotSameAs(two.secret("B", "1"));
                    assertThat(template.secret("A", "3")).isNotSameAs(template.env("A", "3"));
                })
                .doesNotThrowAnyException();
    }

    @Test
    void secret_sameVariableByEnv_refusedWithoutTheSecret() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LAUNCH.env("DB_PASSWORD", "hunter1").secret("DB_PASSWORD", "hunter2"))
                .withMessageContaining("DB_PASSWORD")
                .withMessageContaining("env")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LAUNCH.secret("DB_PASSWORD", "hunter2").env("DB_PASSWORD", "hunter1"))
                .withMessageContaining("DB_PASSWORD")
                .withMessageContaining("secret")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter"));
    }

    @Test
    void env_sameVariableAgain_theLastOneWins() {
        assertThatCode(() -> assertThat(LAUNCH.env("A", "1").env("A", "2")).isNotNull())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A=B", "=", "A\n", "A\0", "\u009b"})
    void env_noVariable_refused(String name) {
        assertRefused(() -> LAUNCH.env(name, "value"), "variable");
        assertRefused(() -> LAUNCH.secret(name, "value"), "variable");
    }

    @Test
    void secret_valueWithNul_refusedWithoutTheSecret() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LAUNCH.secret("TOKEN", "s3cr3t\0"))
                .withMessageContaining("TOKEN")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cr3t"));
    }

    @Test
    void toString_secrets_areNotInIt() {
        assertThat(LAUNCH.env("A", "hunter1").secret("B", "hunter2").command("serve", "hunter3"))
                .asString()
                .doesNotContain("hunter");
    }

    @Test
    void announce_severalUnderOneName_refusedNamingBoth() {
        Launch named = LAUNCH.named("web-1");

        assertRefused(() -> named.announce(3), "web-1", "3", "contradict");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1_001, Integer.MAX_VALUE})
    void announce_countOutOfRange_refused(int count) {
        assertRefused(() -> LAUNCH.announce(count), Integer.toString(count));
    }

    @Test
    void mount_targetTakenAlready_refusedNamingBoth() {
        Launch launch = LAUNCH.mount(Mount.volume("data", "/data"));

        assertRefused(() -> launch.mount(Mount.bind("/srv/other", "/data")), "data", "/srv/other", "/data");
        assertThatCode(() ->
                        assertThat(launch.mount(Mount.volume("data", "/data2"))).isNotNull())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void port_outOfRange_refused(int port) {
        assertRefused(() -> LAUNCH.port(port), Integer.toString(port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "", "a", "_x", "a\nb"})
    void named_noName_refused(String name) {
        assertRefused(() -> LAUNCH.named(name), "name");
        assertRefused(() -> LAUNCH.app(name), "app");
    }

    @Test
    void label_ofForrests_refused() {
        assertRefused(() -> LAUNCH.label("io.forrest.app", "other"), "io.forrest.");
        assertRefused(() -> LAUNCH.label("", "x"), "label");
    }

    @Test
    void command_empty_refused() {
        assertRefused(LAUNCH::command, "program");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 0.009, 10_001, Double.NaN, Double.POSITIVE_INFINITY})
    void cpus_outOfRange_refused(double cpus) {
        assertRefused(() -> LAUNCH.cpus(cpus), Double.toString(cpus));
    }

    @Test
    void memory_lessThanTheEngineTakes_refusedNamingBoth() {
        assertRefused(() -> LAUNCH.memory(ByteSize.mebibytes(5)), "6291456", "5242880");
        assertThatCode(() -> assertThat(LAUNCH.memory(ByteSize.mebibytes(6))).isNotNull())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "none", "", "a b", "container:web-1", "a\n"})
    void network_noneThatPublishes_refused(String network) {
        assertRefused(() -> LAUNCH.network(network), "network");
    }

    @Test
    void readyWithin_noTime_refused() {
        assertRefused(() -> LAUNCH.readyWithin(Duration.ZERO), "readyWithin");
        assertRefused(() -> LAUNCH.within(Duration.ZERO), "within");
        assertRefused(() -> LAUNCH.drainFor(Duration.ofNanos(-1)), "drainFor");
        assertRefused(() -> LAUNCH.stopGrace(Duration.ofDays(2)), "stopGrace");
        assertThatCode(() -> assertThat(LAUNCH.drainFor(Duration.ZERO).stopGrace(Duration.ZERO))
                        .isNotNull())
                .doesNotThrowAnyException();
    }
}
