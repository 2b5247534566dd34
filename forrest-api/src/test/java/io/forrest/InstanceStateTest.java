package io.forrest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InstanceStateTest {

    @Test
    void toString_parts_namesThoseThatAreThere() {
        Endpoint endpoint = Endpoint.parse("10.0.0.5:80");

        assertThat(new InstanceState(Stage.ANNOUNCED, endpoint, null)).hasToString("ANNOUNCED 10.0.0.5:80");
        assertThat(new InstanceState(Stage.EXITED, endpoint, 137)).hasToString("EXITED 10.0.0.5:80 exit 137");
        assertThat(new InstanceState(Stage.LAUNCHING, null, null)).hasToString("LAUNCHING");
    }

    @Test
    void accessors_nothingKnown_areEmpty() {
        InstanceState state = new InstanceState(Stage.LAUNCHING, null, null);

        assertThat(state.stage()).isEqualTo(Stage.LAUNCHING);
        assertThat(state.endpoint()).isEmpty();
        assertThat(state.exitCode()).isEmpty();
    }
}
