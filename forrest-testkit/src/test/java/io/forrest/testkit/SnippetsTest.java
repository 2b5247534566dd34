package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the documentation shows, compiled and run. */
class SnippetsTest {

    private final FakeEngine engine = new FakeEngine();
    private final FakeContainerRuntime runtime = new FakeContainerRuntime(engine);
    private final InMemoryRegistry registry = new InMemoryRegistry();

    @RegisterExtension
    final Leftovers leftovers = new Leftovers()
            .containers(() -> runtime, Map.of())
            .registry(() -> registry)
            .closing(() -> runtime)
            .closing(() -> registry);

    @Test
    void faults_asDocumented_stand() {
        Faults faults = new Faults();
        faults.on(Operation.ANNOUNCE).once().loseAnswer();
        faults.on(Operation.STOP, Operation.REMOVE).skipping(1).times(2).fail();
        faults.onEvery().withProbability(0.1).loseRequest();

        assertThat(faults.toString()).contains("LOSE_ANSWER", "FAIL", "LOSE_REQUEST");
    }

    @Test
    void leftovers_asDocumented_findNone() {
        assertThat(registry.values()).isEmpty();
    }
}
