package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.haproxy.Server.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
    private final Set<String> orphans = new TreeSet<>();
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
            case 8 -> {
                draining = new HashMap<>(); // another driver takes over
                orphans.clear();
            }
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
            if (server.mode() != Mode.READY) {
                draining.put(
                        server.instance(),
                        before.getOrDefault(server.instance(), new Draining(now, 0))
                                .seen(server.sessions()));
            }
        }
        Set<String> ready = new TreeSet<>();
        haproxy.servers().stream()
                .filter(server -> server.mode() == Mode.READY)
                .forEach(server -> ready.add(server.instance()));
        if (wanted.isEmpty()) {
            orphans.addAll(ready);
        }
        orphans.retainAll(ready);
        orphans.removeAll(wanted.keySet());
        Plan plan = Plan.of(
                wanted, haproxy.servers(), new Plan.Memory(draining, orphans), new Plan.Rules(DRAIN, false), now);
        plan.actions().forEach(this::assertHarmless);
        plan.configured().forEach(this::assertConfigured);
        plan.actions().stream().limit(limit).forEach(haproxy::apply);
        return plan;
    }

    /** A configured server gets traffic at once: only one that has it, or is about to, may stand there. */
    private void assertConfigured(String instance, Target target) {
        assertThat(haproxy.servers()).as("%s at %s", instance, target).anySatisfy(server -> {
            assertThat(server.instance()).isEqualTo(instance);
            assertThat(server.endpoint()).isEqualTo(target.endpoint());
            assertThat(server.mode() == Mode.READY || (server.checked() && server.running()))
                    .isTrue();
        });
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
            boolean anotherServes =
                    haproxy.servers().stream().anyMatch(other -> getsRequests(other) && isWanted(other));
            boolean moves = wanted.containsKey(server.instance());
            assertThat(wanted).as("nothing wanted, and %s", action).isNotEmpty();
            assertThat(isWanted(server)).as("%s of %s", action, server).isFalse();
            assertThat(orphans.contains(server.instance()) && getsRequests(server))
                    .as("%s of an orphan", action)
                    .isFalse();
            assertThat(anotherServes || moves || !getsRequests(server))
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

    private static boolean getsRequests(Server server) {
        return server.mode() == Mode.READY && server.running() && server.weight() > 0;
    }

    private boolean isWanted(Server server) {
        Target target = wanted.get(server.instance());
        return target != null && server.standsFor(target);
    }

    /** Lets nothing more happen, and sees to it that all becomes as it should be and stays so. */
    private void settle() {
        haproxy.revive();
        wanted.put("zoe", new Target(Endpoint.of("10.0.0.9", 80), 100)); // somebody who serves
        Plan plan = step(false, Integer.MAX_VALUE);
        for (int i = 0; i < 5 * DRAIN && !plan.settled(); i++) {
            plan = step(false, Integer.MAX_VALUE);
        }
        assertThat(plan.settled()).as("settled, of %s", plan).isTrue();
        Map<String, Target> served = new TreeMap<>();
        haproxy.servers().forEach(server -> {
            assertThat(server.mode()).isEqualTo(Mode.READY);
            if (!orphans.contains(server.instance())) {
                served.put(server.instance(), new Target(requireNonNull(server.endpoint()), server.weight()));
            }
        });
        assertThat(served).isEqualTo(wanted);
        assertThat(plan.configured()).containsAllEntriesOf(wanted);
        assertThat(step(false, Integer.MAX_VALUE).actions()).as("a second pass").isEmpty();
    }
}
