package io.forrest.core.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever happens to engine, registry and processes: no plan ever harms, and in the end all is as it should be. */
class ReconcilerPropertiesTest {

    @Property(tries = 1000)
    void anyHistory_neverHarmsAndConverges(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 80) int length, @ForAll boolean all) {
        Random random = new Random(seed);
        ModelWorld world = new ModelWorld(random, all);
        for (int i = 0; i < length; i++) {
            world.befall();
            if (random.nextInt(3) == 0) {
                reconcileAmidst(world, random);
            }
        }
        world.calmDown();
        settle(world);
    }

    /** Carries a plan out while the world goes on, and not always to its end. */
    private static void reconcileAmidst(ModelWorld world, Random random) {
        Plan plan = Reconciler.plan(world.facts());
        world.assertHarmless(plan);
        for (Remedy remedy : plan.remedies()) {
            if (random.nextInt(3) == 0) {
                world.befall();
            }
            if (random.nextInt(5) > 0) {
                world.carryOut(remedy);
            }
        }
    }

    /** One pass is enough: a second one finds nothing to do. */
    private static void settle(ModelWorld world) {
        Plan plan = Reconciler.plan(world.facts());
        world.assertHarmless(plan);
        plan.remedies().forEach(world::carryOut);
        assertThat(Reconciler.plan(world.facts()).remedies()).as("%s", world).isEmpty();
        world.assertTruth();
    }
}
