package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.haproxy.Server.Mode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Endpoint A = Endpoint.of("10.0.0.5", 32768);
    private static final Endpoint B = Endpoint.of("10.0.0.5", 32769);
    private static final Endpoint C = Endpoint.of("10.0.0.6", 32768);
    private static final Endpoint D = Endpoint.of("10.0.0.6", 32769);
    private static final Plan.Rules RULES = new Plan.Rules(1_000, false);
    private static final Plan.Rules MAY_EMPTY = new Plan.Rules(1_000, true);

    private static Target at(Endpoint endpoint) {
        return new Target(endpoint, 100);
    }

    private static Server server(String instance, Endpoint endpoint, Mode mode) {
        return new Server(instance, endpoint, 100, mode, true, true, 0);
    }

    /** Returns the memory of having seen the fox on its way out. */
    private static Plan.Memory seen(long since, int quiet) {
        return new Plan.Memory(Map.of("fox", new Draining(since, quiet)), Set.of());
    }

    private static Plan plan(Map<String, Target> wanted, Server... servers) {
        return Plan.of(wanted, List.of(servers), Plan.Memory.NONE, RULES, 0);
    }

    @Test
    void of_missing_isAdded() {
        Plan plan = plan(Map.of("fox", at(A)));

        assertThat(plan.actions()).containsExactly(new Action.Add("fox", at(A)));
        assertThat(plan.settled()).isFalse();
        assertThat(plan.configured())
                .as("a configured server gets traffic unchecked")
                .isEmpty();
    }

    @Test
    void of_drainingWithoutAPassedCheck_isWaitedFor() {
        Server unchecked = new Server("fox", A, 100, Mode.DRAINING, true, false, 0);
        Server dead = new Server("fox", A, 100, Mode.DRAINING, false, true, 0);

        assertThat(plan(Map.of("fox", at(A)), unchecked))
                .returns(List.of(), Plan::actions)
                .returns(false, Plan::settled);
        assertThat(plan(Map.of("fox", at(A)), dead))
                .returns(List.of(), Plan::actions)
                .returns(false, Plan::settled);
    }

    @Test
    void of_drainingAndChecked_isOpenedAtItsWeight() {
        Map<String, Target> wanted = Map.of("fox", new Target(A, 7));

        assertThat(plan(wanted, server("fox", A, Mode.DRAINING)).actions()).containsExactly(new Action.Open("fox", 7));
    }

    @Test
    void of_leftInMaintenance_isCheckedAgain() {
        assertThat(plan(Map.of("fox", at(A)), server("fox", A, Mode.MAINTENANCE))
                        .actions())
                .containsExactly(new Action.Check("fox"));
    }

    @Test
    void of_asItShouldBe_isSettled() {
        assertThat(plan(Map.of("fox", at(A)), server("fox", A, Mode.READY)))
                .returns(List.of(), Plan::actions)
                .returns(true, Plan::settled);
    }

    @Test
    void of_downThoughReady_isHaproxysOwnAffair() {
        Server down = new Server("fox", A, 100, Mode.READY, false, false, 0);

        assertThat(plan(Map.of("fox", at(A)), down))
                .returns(List.of(), Plan::actions)
                .returns(true, Plan::settled);
    }

    @Test
    void of_otherWeight_isWeighed() {
        assertThat(plan(Map.of("fox", new Target(A, 5)), server("fox", A, Mode.READY))
                        .actions())
                .containsExactly(new Action.Weigh("fox", 5));
    }

    @Test
    void of_surplus_isDrainedThenRemovedOnceQuietTwice() {
        Map<String, Target> wanted = Map.of("owl", at(B));
        Server owl = server("owl", B, Mode.READY);

        assertThat(plan(wanted, owl, server("fox", A, Mode.READY)).actions()).containsExactly(new Action.Drain("fox"));

        Server draining = server("fox", A, Mode.DRAINING);
        Plan quietOnce = Plan.of(wanted, List.of(owl, draining), seen(0, 1), RULES, 10);
        assertThat(quietOnce).returns(List.of(), Plan::actions).returns(false, Plan::settled);
        Plan quietTwice = Plan.of(wanted, List.of(owl, draining), seen(0, 2), RULES, 10);
        assertThat(quietTwice.actions()).containsExactly(new Action.Remove("fox", false));
        assertThat(plan(wanted, owl, server("fox", A, Mode.MAINTENANCE)).actions())
                .containsExactly(new Action.Remove("fox", false));
    }

    @Test
    void of_surplusThatDoesNotEnd_isCutWhenItsTimeIsOver() {
        Map<String, Target> wanted = Map.of("owl", at(B));
        List<Server> servers =
                List.of(server("owl", B, Mode.READY), new Server("fox", A, 100, Mode.DRAINING, true, true, 4));

        Plan early = Plan.of(wanted, servers, seen(0, 0), RULES, 999);
        Plan late = Plan.of(wanted, servers, seen(0, 0), RULES, 1_000);

        assertThat(early.actions()).isEmpty();
        assertThat(late.actions()).containsExactly(new Action.Remove("fox", true));
    }

    @Test
    void of_surplusWhileNoneThatIsWantedServes_isKeptAndConfigured() {
        Map<String, Target> wanted = Map.of("owl", at(B));
        Server starting = new Server("owl", B, 100, Mode.DRAINING, true, false, 0);
        Server down = new Server("owl", B, 100, Mode.READY, false, false, 0);

        for (Server owl : List.of(starting, down)) {
            Plan plan = plan(wanted, owl, server("fox", A, Mode.READY));
            assertThat(plan).returns(List.of(), Plan::actions).returns(false, Plan::settled);
            assertThat(plan.configured()).containsEntry("fox", at(A));
        }
    }

    @Test
    void of_surplusThatIsDown_goesThoughNoneServes() {
        Server down = new Server("fox", A, 100, Mode.READY, false, false, 0);

        assertThat(plan(Map.of("owl", at(B)), down).actions())
                .containsExactly(new Action.Add("owl", at(B)), new Action.Drain("fox"));
    }

    @Test
    void of_movedWhileAnotherServes_drainsBeforeItComesAgain() {
        Map<String, Target> wanted = Map.of("fox", at(B), "owl", at(C));
        Server owl = server("owl", C, Mode.READY);
        Server busy = new Server("fox", A, 100, Mode.DRAINING, true, true, 3);

        assertThat(plan(wanted, owl, server("fox", A, Mode.READY)).actions()).containsExactly(new Action.Drain("fox"));
        assertThat(plan(wanted, owl, busy)).returns(List.of(), Plan::actions).returns(true, Plan::waiting);
        assertThat(plan(wanted, owl, server("fox", A, Mode.MAINTENANCE)).actions())
                .containsExactly(new Action.Remove("fox", false));
    }

    @Test
    void of_movedWhileNobodyServes_doesNotWaitForItsSessions() {
        Map<String, Target> wanted = Map.of("fox", at(B));
        Server busy = new Server("fox", A, 100, Mode.DRAINING, true, true, 3);

        assertThat(plan(wanted, server("fox", A, Mode.READY)).actions()).containsExactly(new Action.Drain("fox"));
        assertThat(plan(wanted, busy).actions()).containsExactly(new Action.Remove("fox", true));
    }

    @Test
    void of_allMoved_oneAfterAnotherWhileTheRestServes() {
        Map<String, Target> wanted = Map.of("fox", at(B), "owl", at(C));
        Server fox = server("fox", A, Mode.READY);
        Server owl = server("owl", D, Mode.READY);

        Plan first = plan(wanted, fox, owl);
        assertThat(first.actions()).containsExactly(new Action.Drain("fox"));
        assertThat(first.configured()).isEqualTo(Map.of("owl", at(D)));
        assertThat(plan(wanted, server("fox", A, Mode.DRAINING), owl).actions())
                .containsExactly(new Action.Remove("fox", true));
        assertThat(plan(wanted, owl).actions()).containsExactly(new Action.Add("fox", at(B)));
        Server gated = new Server("fox", B, 100, Mode.DRAINING, true, false, 0);
        assertThat(plan(wanted, gated, owl).actions()).isEmpty();
        assertThat(plan(wanted, server("fox", B, Mode.READY), owl).actions()).containsExactly(new Action.Drain("owl"));
    }

    @Test
    void of_weightZero_isNobodyToServe() {
        Server idle = new Server("owl", B, 0, Mode.READY, true, true, 0);

        Plan plan = plan(Map.of("owl", new Target(B, 0)), idle, server("fox", A, Mode.READY));

        assertThat(plan.actions()).isEmpty();
        assertThat(plan.configured()).containsKeys("owl", "fox");
    }

    @Test
    void of_orphans_stayWhileTheyAreUp() {
        Plan.Memory memory = new Plan.Memory(Map.of(), Set.of("fox"));
        Map<String, Target> wanted = Map.of("owl", at(B));
        Server owl = server("owl", B, Mode.READY);
        Server down = new Server("fox", A, 100, Mode.READY, false, false, 0);

        Plan kept = Plan.of(wanted, List.of(owl, server("fox", A, Mode.READY)), memory, RULES, 0);
        assertThat(kept.actions()).isEmpty();
        assertThat(kept.configured()).isEqualTo(Map.of("owl", at(B), "fox", at(A)));
        assertThat(Plan.of(wanted, List.of(owl, down), memory, RULES, 0).actions())
                .containsExactly(new Action.Drain("fox"));
    }

    @Test
    void of_overdueInMaintenance_isCut() {
        Map<String, Target> wanted = Map.of("owl", at(B));
        List<Server> servers =
                List.of(server("owl", B, Mode.READY), new Server("fox", A, 100, Mode.MAINTENANCE, false, false, 1));

        assertThat(Plan.of(wanted, servers, seen(0, 0), RULES, 999).actions())
                .containsExactly(new Action.Remove("fox", false));
        assertThat(Plan.of(wanted, servers, seen(0, 0), RULES, 1_000).actions())
                .containsExactly(new Action.Remove("fox", true));
    }

    @Test
    void of_serverWithoutAnAddress_isReplaced() {
        Server broken = new Server("fox", null, 100, Mode.MAINTENANCE, false, false, 0);

        assertThat(plan(Map.of("fox", at(A)), broken).actions()).containsExactly(new Action.Remove("fox", false));
    }

    @Test
    void of_nothingWanted_keepsAllAndItsConfiguration() {
        Plan plan = plan(Map.of(), server("fox", A, Mode.READY), server("owl", B, Mode.READY));

        assertThat(plan).returns(List.of(), Plan::actions).returns(true, Plan::settled);
        assertThat(plan.configured()).isEqualTo(Map.of("fox", at(A), "owl", at(B)));
    }

    @Test
    void of_nothingWanted_finishesThoseThatWereOnTheirWayOut() {
        List<Server> servers = List.of(server("fox", A, Mode.DRAINING), server("owl", B, Mode.READY));

        assertThat(Plan.of(Map.of(), servers, seen(0, 2), RULES, 10).actions())
                .containsExactly(new Action.Remove("fox", false));
    }

    @Test
    void of_nothingWantedAndThatIsAllowed_drainsAll() {
        Plan plan = Plan.of(
                Map.of(),
                List.of(server("fox", A, Mode.READY), server("owl", B, Mode.READY)),
                Plan.Memory.NONE,
                MAY_EMPTY,
                0);

        assertThat(plan.actions()).containsExactly(new Action.Drain("fox"), new Action.Drain("owl"));
        assertThat(plan.configured()).isEmpty();
    }
}
