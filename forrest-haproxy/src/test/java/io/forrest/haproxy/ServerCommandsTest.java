package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines that are sent, and each answer of HAProxy 2.6 to 3.4 held against them. */
class ServerCommandsTest {

    private static final Target TARGET = new Target(Endpoint.of("10.0.0.5", 32768), 100);

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final ScriptedSocket haproxy = ScriptedSocket.tcp(ScriptedSocket.answering(this::answer));
    private final HaproxySocket socket;
    private final ServerCommands commands;

    ServerCommandsTest() throws IOException {
        socket = HaproxySocket.at(haproxy.uri());
        commands = new ServerCommands(socket, "app");
    }

    private String answer(String command) {
        sent.add(command);
        return answers.entrySet().stream()
                .filter(answer -> command.startsWith(answer.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("\n");
    }

    @AfterEach
    void stop() {
        haproxy.close();
    }

    private static void assertRefused(ThrowingCallable call, String words) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(call)
                .withMessageContaining(words)
                .withMessageContaining("app/forrest:fox");
    }

    @Test
    void add_registered_isCheckedAndWithoutTraffic() throws Exception {
        answers.put("add server", "New server registered.\n\n");

        commands.add("fox", TARGET);

        assertThat(sent)
                .containsExactly(
                        "add server app/forrest:fox 10.0.0.5:32768 weight 100 " + ServerCommands.SETTINGS,
                        "enable health app/forrest:fox",
                        "set server app/forrest:fox state drain");
    }

    @Test
    void add_ipv6_standsInBrackets() throws Exception {
        answers.put("add server", "New server registered.\n");

        commands.add("fox", new Target(Endpoint.of("fd00::5", 80), 0));

        assertThat(sent.get(0)).startsWith("add server app/forrest:fox [fd00:0:0:0:0:0:0:5]:80 weight 0 ");
    }

    @Test
    void add_alreadyThere_isLeftToTheNextLook() throws Exception {
        answers.put("add server", "Already exists a server with the same name in backend.\n");

        commands.add("fox", TARGET);

        assertThat(sent).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Permission denied\n",
                "No such backend.\n",
                "Backend must use a dynamic load balancing to support dynamic servers.\n",
                "invalid port '99999'\n",
                "unknown keyword 'pool-max-conn' in 'server' list\n",
                "Unknown command: 'add', but maybe one of the following ones is a better match:\n  add acl\n",
                "Unknown command, but maybe one of the following ones is a better match:\n  add acl\n",
                "New server registered. Or so.\n",
                "\n"
            })
    void add_anyOtherAnswer_isRefused(String answer) {
        answers.put("add server", answer);

        assertRefused(
                () -> commands.add("fox", TARGET), answer.lines().findFirst().orElse(""));
        assertThat(sent).hasSize(1);
    }

    @Test
    void check_healthNotConfigured_isRefusedBeforeAnythingElse() {
        answers.put("enable health", "Health check was not configured on this server, cannot enable.\n");

        assertRefused(() -> commands.check("fox"), "was not configured");
        assertThat(sent).hasSize(1);
    }

    @Test
    void open_empty_isWeighedFirst() throws Exception {
        commands.open("fox", 7);

        assertThat(sent)
                .containsExactly("set server app/forrest:fox weight 7", "set server app/forrest:fox state ready");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Proxy is disabled.\n",
                "Permission denied\n",
                "No such backend.\n",
                "Absolute weight can only be between 0 and 256 inclusive.\n",
                "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.\n",
                "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n"
            })
    void setters_anyAnswer_isRefused(String answer) {
        answers.put("set server", answer);

        assertRefused(() -> commands.open("fox", 7), answer.strip());
        assertRefused(() -> commands.drain("fox"), answer.strip());
        assertRefused(() -> commands.weigh("fox", 7), answer.strip());
        assertRefused(() -> commands.remove("fox", false), answer.strip());
    }

    @Test
    void setters_serverGoneMeanwhile_isLeftToTheNextLook() {
        answers.put("set server", "No such server.\n");

        assertThatCode(() -> commands.drain("fox")).doesNotThrowAnyException();
    }

    @Test
    void remove_deletedOrGone_isDone() throws Exception {
        answers.put("del server", "Server deleted.\n");
        assertThat(commands.remove("fox", false)).isTrue();
        answers.put("del server", "No such server.\n");
        assertThat(commands.remove("fox", false)).isTrue();

        assertThat(sent.subList(0, 2))
                .containsExactly("set server app/forrest:fox state maint", "del server app/forrest:fox");
    }

    @Test
    void remove_stillConnected_isToBeTriedAgain() throws Exception {
        for (String answer : List.of(
                "Server still has connections attached to it, cannot remove it.\n",
                "Only servers in maintenance mode can be deleted.\n")) {
            answers.put("del server", answer);
            assertThat(commands.remove("fox", false)).as(answer).isFalse();
        }
    }

    @Test
    void remove_cutting_endsSessionsBetween() throws Exception {
        answers.put("del server", "Server deleted.\n");

        commands.remove("fox", true);

        assertThat(sent)
                .containsExactly(
                        "set server app/forrest:fox state maint",
                        "shutdown sessions server app/forrest:fox",
                        "del server app/forrest:fox");
    }

    @Test
    void remove_referred_isRefused() {
        answers.put(
                "del server",
                "This server cannot be removed at runtime due to other configuration elements pointing to it.\n");

        assertRefused(() -> commands.remove("fox", false), "other configuration elements");
    }

    @Test
    void requireDynamic_askedForAnAddress_isSatisfied() {
        answers.put("add server", "'server' expects <name> and <addr>[:<port>] as arguments.\n\n");

        assertThatCode(commands::requireDynamic).doesNotThrowAnyException();
        assertThat(sent).containsExactly("add server app/forrest:-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a;b",
                "a\nb",
                "a#b",
                "a/b",
                "",
                "a\\b",
                "a<<",
                "\u00e4",
                "a@b",
                "$HOME",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void backendAndInstance_withAnythingElseInThem_neverReachHaproxy(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerCommands(socket, name));
        assertThatIllegalArgumentException().isThrownBy(() -> commands.add(name, TARGET));
        assertThatIllegalArgumentException().isThrownBy(() -> commands.drain(name));
        assertThatIllegalArgumentException().isThrownBy(() -> commands.remove(name, true));
        assertThat(sent).isEmpty();
    }

    @Test
    void target_weightOutOfRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Target(Endpoint.of("10.0.0.5", 80), 257))
                .withMessage("a weight must be from 0 to 256, was 257");
        assertThatIllegalArgumentException().isThrownBy(() -> new Target(Endpoint.of("10.0.0.5", 80), -1));
    }
}
