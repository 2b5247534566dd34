package io.forrest.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.examples.cli.Shell.Outcome;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcileCommandTest {

    private static final String WITHDRAW = "WITHDRAW web-1 of myapp: its container does not run";

    private final Shell shell = new Shell();

    @BeforeEach
    void launch() {
        shell.engine.addImage("demo/myapp", FakeImage.exposing(8080));
        assertThat(shell.run("launch", "--name=web-1", "demo/myapp").exit()).isZero();
    }

    @AfterEach
    void tearDown() {
        shell.close();
    }

    @Test
    void reconcile_asItShouldBe_saysSo() {
        Outcome outcome = shell.run("reconcile");

        assertThat(outcome.out()).containsExactly("  Nothing to repair.");
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void reconcile_containerThatDied_isWithdrawnUnlessItIsADryRun() {
        shell.engine.kill("web-1", 1);

        Outcome dry = shell.run("reconcile", "--dry-run");
        assertThat(dry.out()).containsExactly("  would " + WITHDRAW);
        assertThat(shell.keys("/servers")).containsKey("web-1");

        Outcome outcome = shell.run("reconcile");
        assertThat(outcome.out()).containsExactly("  " + WITHDRAW);
        assertThat(outcome.exit()).isZero();
        assertThat(shell.keys("/servers")).isEmpty();
        assertThat(shell.run("reconcile").out()).containsExactly("  Nothing to repair.");
    }

    @Test
    void reconcile_stepThatFails_isToldAndExitsWithOne() {
        shell.engine.kill("web-1", 1);
        shell.faults.on(Operation.WITHDRAW).fail();

        Outcome outcome = shell.run("reconcile");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).singleElement().asString().startsWith("  " + WITHDRAW + "; failed: ");
        assertThat(shell.keys("/servers")).containsKey("web-1");
    }
}
