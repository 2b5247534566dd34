package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.haproxy.Server.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever happens to registry, HAProxy and driver: a plan never harms, and in the end all is as it should be. */
class PlanPropertiesTest {

    private static final List<String> NAMES = List.of("ant", "bee", "cat", "dog");
    private static final List<Mode> MODES = List.of(Mode.READY, Mode.DRAINING, Mode.MAINTENANCE);
    private static final long DRAIN = 10;

    private final Map<String, Target> wanted = new TreeMap<>();
    private final ModelHaproxy haproxy = new ModelHaproxy();
    private Map<String, Draining> draining = new HashMap<>();
    private long now;

    @Property(tries = 1000)
    void anyHistory_neverHarmsAndConverges(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int length) {
        Random random = new Random(seed);
        for (int i = 0; i < length; i++) {
            befall(random);
            step(random.nextBoolean(), random.nextInt(4) == 0 ? random.nextInt(3) : Integer.MAX_VALUE);
        }
        settle();
    }

    private void befall(Random random) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        Endpoint endpoint = Endpoint.of("10.0.0." + (1 + random.nextInt(3)), 32768 + random.nextInt(4));
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> wanted.put(name, new Target(endpoint, 1 + random.nextInt(256)));
            case 3, 4 -> wanted.remove(name);
            case 5 -> wanted.computeIfPresent(name, (key, target) -> target.weighing(random.nextInt(257)));
            case 6 -> haproxy.restart();
            case 7 -> haproxy.kill(endpoint);
            case 8 -> draining = new HashMap<>(); // another driver takes over
            default ->
                haproxy.put(new Server(
                        name,
                        random.nextInt(5) == 0 ? null : endpoint,
                        random.nextInt(257),
                        MODES.get(random.nextInt(MODES.size())),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextInt(3)));
        }
    }

    /** Plans, checks the plan, and carries out as much of it as a driver may that is then killed. */
    private Plan step(boolean busy, int limit) {
        now++;
        haproxy.passTime(busy);
        Map<String, Draining> before = draining;
        draining = new HashMap<>();
        for (Server server : haproxy.servers()) {
            if (server.mode() == Mode.DRAINING) {
                draining.put(
                        server.instance(),
                        before.getOrDefault(server.instance(), new Draining(now, 0))
                                .seen(server.sessions()));
            }
        }
        Plan plan = Plan.of(wanted, haproxy.servers(), draining, new Plan.Rules(DRAIN, false), now);
        plan.actions().forEach(this::assertHarmless);
        if (wanted.isEmpty()) {
            assertThat(plan.actions()).as("nothing wanted").isEmpty();
        }
        plan.actions().stream().limit(limit).forEach(haproxy::apply);
        return plan;
    }

    private void assertHarmless(Action action) {
        Map<String, Server> present = new HashMap<>();
        haproxy.servers().forEach(server -> present.put(server.instance(), server));
        Server server = present.get(action.instance());
        if (action instanceof Action.Add add) {
            assertThat(server).as("%s", action).isNull();
            assertThat(add.target()).isEqualTo(wanted.get(action.instance()));
        } else {
            assertHarmless(action, requireNonNull(server, "an action on no server"));
        }
    }

    private void assertHarmless(Action action, Server server) {
        if (action instanceof Action.Open) {
            assertThat(isWanted(server) && server.checked() && server.running())
                    .as("%s of %s", action, server)
                    .isTrue();
        } else if (action instanceof Action.Drain) {
            boolean anotherServes = haproxy.servers().stream().anyMatch(other -> other.serves() && isWanted(other));
            boolean moves = wanted.containsKey(server.instance());
            assertThat(isWanted(server)).as("%s of %s", action, server).isFalse();
            assertThat(anotherServes || moves || !server.running())
                    .as("%s leaves nobody to serve", action)
                    .isTrue();
        } else if (action instanceof Action.Remove remove) {
            assertThat(isWanted(server)).as("%s of %s", action, server).isFalse();
            assertThat(server.mode()).as("%s of %s", action, server).isNotEqualTo(Mode.READY);
            assertThat(server.mode() == Mode.MAINTENANCE || server.sessions() == 0 || remove.cutting())
                    .as("%s of %s", action, server)
                    .isTrue();
        }
    }

    private boolean isWanted(Server server) {
        Target target = wanted.get(server.instance());
        return target != null && server.standsFor(target);
    }

    /** Lets nothing more happen, and sees to it that all becomes as it should be and stays so. */
    private void settle() {
        haproxy.revive();
        Plan plan = step(false, Integer.MAX_VALUE);
        for (int i = 0; i < 3 * DRAIN && !plan.settled(); i++) {
            plan = step(false, Integer.MAX_VALUE);
        }
        assertThat(plan.settled()).as("settled").isTrue();
        assertThat(plan.actions()).isEmpty();
        if (!wanted.isEmpty()) {
            Map<String, Target> served = new TreeMap<>();
            haproxy.servers().forEach(server -> {
                assertThat(server.mode()).isEqualTo(Mode.READY);
                served.put(server.instance(), new Target(requireNonNull(server.endpoint()), server.weight()));
            });
            assertThat(served).isEqualTo(wanted);
            assertThat(plan.configured()).isEqualTo(wanted);
        }
        assertThat(step(false, Integer.MAX_VALUE).actions()).as("a second pass").isEmpty();
    }
}
