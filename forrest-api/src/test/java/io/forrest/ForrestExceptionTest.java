package io.forrest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForrestExceptionTest {

    private static final Failure FACTS =
            Failure.at(Step.READY, "brave_oak").withLog(List.of("starting", "out of memory"));

    @Test
    void accessors_allFacts_returnThem() {
        ForrestException failed = new LaunchException("no luck", null, FACTS);

        assertThat(failed).hasMessage("no luck").hasNoCause();
        assertThat(failed.step()).contains(Step.READY);
        assertThat(failed.instance()).contains("brave_oak");
        assertThat(failed.logTail()).containsExactly("starting", "out of memory");
        assertThat(failed.leftBehind()).isEmpty();
    }

    @Test
    void accessors_noFacts_areEmpty() {
        ForrestException failed = new ForrestException("no luck", null, Failure.unspecified());

        assertThat(failed.step()).isEmpty();
        assertThat(failed.instance()).isEmpty();
        assertThat(failed.logTail()).isEmpty();
        assertThat(failed.leftBehind()).isEmpty();
    }

    @Test
    void getMessage_somethingLeft_namesItAll() {
        ForrestException failed =
                new ForrestException("no luck", null, FACTS.leaving(List.of("container c0ffee", "key /app/oak")));

        assertThat(failed.getMessage())
                .startsWith("no luck")
                .contains("left behind", "container c0ffee", "key /app/oak");
        assertThat(failed.leftBehind()).containsExactly("container c0ffee", "key /app/oak");
        assertThat(failed.logTail()).as("the other facts stay").hasSize(2);
    }

    @Test
    void getMessage_containersLog_isNotInIt() {
        assertThat(new LaunchException("no luck", null, FACTS)).hasMessageNotContaining("memory");
    }

    @Test
    void leftBehind_listChangedAfterwards_staysAsItWas() {
        List<String> things = new ArrayList<>(List.of("container c0ffee"));
        ForrestException failed = new ForrestException("no luck", null, FACTS.leaving(things));
        things.clear();

        assertThat(failed.leftBehind()).containsExactly("container c0ffee");
    }

    static Stream<ForrestException> everyKind() {
        Failure facts = FACTS.leaving(List.of("container c0ffee"));
        Exception cause = new IllegalStateException("why");
        return Stream.of(
                new ForrestException("no luck", cause, facts),
                new LaunchException("no luck", cause, facts),
                new AnnouncementException("no luck", cause, facts),
                new NameTakenException("no luck", cause, facts),
                new NotReadyException("no luck", "connection refused", true, 137, facts),
                new NotReadyException("no luck", "connection refused", false, null, facts),
                new RegistryException(RegistryException.Reason.UNKNOWN_OUTCOME, "no luck", cause),
                new ContainerRuntimeException(ContainerRuntimeException.Reason.REFUSED, "no luck", cause, facts));
    }

    /** Test runners and build tools carry exceptions from one process to another. */
    @ParameterizedTest
    @MethodSource("everyKind")
    void accessors_writtenAndReadBack_returnTheSame(ForrestException failed)
            throws IOException, ClassNotFoundException {
        ForrestException back = writtenAndReadBack(failed);

        assertThat(back).hasSameClassAs(failed).hasMessage(failed.getMessage());
        assertThat(back.step()).isEqualTo(failed.step());
        assertThat(back.instance()).isEqualTo(failed.instance());
        assertThat(back.leftBehind()).isEqualTo(failed.leftBehind());
        assertThat(back.logTail()).isEqualTo(failed.logTail());
        if (failed instanceof NotReadyException before && back instanceof NotReadyException after) {
            assertThat(after.never()).isEqualTo(before.never());
            assertThat(after.lastAnswer()).isEqualTo(before.lastAnswer());
            assertThat(after.exitCode()).isEqualTo(before.exitCode());
        }
        if (failed instanceof RegistryException before && back instanceof RegistryException after) {
            assertThat(after.reason()).isEqualTo(before.reason());
        }
        if (failed instanceof ContainerRuntimeException before && back instanceof ContainerRuntimeException after) {
            assertThat(after.reason()).isEqualTo(before.reason());
        }
    }

    private static ForrestException writtenAndReadBack(ForrestException failed)
            throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failed);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (ForrestException) in.readObject();
        }
    }

    @Test
    void exitCode_containerDidNotExit_isEmpty() {
        assertThat(new NotReadyException("no luck", "refused", false, null, FACTS).exitCode())
                .isEmpty();
        assertThat(new NotReadyException("no luck", "gone", true, 0, FACTS).exitCode())
                .hasValue(0);
    }
}
