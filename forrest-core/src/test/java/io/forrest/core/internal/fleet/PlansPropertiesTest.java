package io.forrest.core.internal.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Stage;
import io.forrest.Wave;
import io.forrest.core.internal.lifecycle.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The plans of fleets are exact for every size. */
class PlansPropertiesTest {

    private static final List<Wave> DEFAULT = RolloutOptions.DEFAULT.waves();

    private static List<Integer> targets(List<Wave> waves, int size) {
        List<Wave> useful = WavePlan.of(waves, size);
        List<Integer> targets = new ArrayList<>();
        for (int wave = 1; wave <= useful.size(); wave++) {
            targets.add(WavePlan.target(useful, wave, size));
        }
        return targets;
    }

    @Test
    void waves_ofKnownSizes_areOneSomeAll() {
        assertThat(targets(DEFAULT, 0)).containsExactly(0);
        assertThat(targets(DEFAULT, 1)).containsExactly(1);
        assertThat(targets(DEFAULT, 2)).containsExactly(1, 2);
        assertThat(targets(DEFAULT, 3)).containsExactly(1, 3);
        assertThat(targets(DEFAULT, 10)).containsExactly(1, 3, 10);
        assertThat(targets(DEFAULT, 100)).containsExactly(1, 25, 100);
        assertThat(targets(List.of(Wave.count(5), Wave.count(2)), 10)).containsExactly(5, 10);
        assertThat(WavePlan.excess(DEFAULT, 1, 100)).isEqualTo(1);
        assertThat(WavePlan.excess(DEFAULT, 2, 100)).isEqualTo(24);
        assertThat(WavePlan.excess(DEFAULT, 3, 100)).isEqualTo(75);
    }

    @Property
    void waves_ofAnySize_riseToAll(@ForAll long seed, @ForAll @IntRange(min = 1, max = 1000) int size) {
        Random random = new Random(seed);
        List<Wave> waves = new ArrayList<>();
        for (int i = random.nextInt(10); i >= 0; i--) {
            waves.add(
                    random.nextBoolean()
                            ? Wave.percent(1 + random.nextInt(100))
                            : Wave.count(1 + random.nextInt(1000)));
        }
        List<Integer> targets = targets(waves, size);
        assertThat(targets).isSorted().doesNotHaveDuplicates().endsWith(size);
        List<Wave> useful = WavePlan.of(waves, size);
        int sum = 0;
        for (int wave = 1; wave <= useful.size(); wave++) {
            sum += WavePlan.excess(useful, wave, size);
        }
        assertThat(sum).isEqualTo(size);
    }

    private static List<Member> members(Random random) {
        List<Member> members = new ArrayList<>();
        Stage[] stages = Stage.values();
        for (int i = random.nextInt(30); i > 0; i--) {
            Stage stage = random.nextBoolean() ? Stage.ANNOUNCED : stages[random.nextInt(stages.length)];
            members.add(new Member(
                    "m" + i,
                    "l" + i,
                    "c" + i,
                    random.nextInt(4),
                    Instant.ofEpochSecond(random.nextInt(10)),
                    stage,
                    random.nextBoolean()));
        }
        return members;
    }

    private static long count(List<Member> members) {
        return members.stream().filter(Member::counts).count();
    }

    @Property
    void scaling_isExactAndNeverBelow(@ForAll long seed, @ForAll @IntRange(max = 30) int size) {
        List<Member> members = members(new Random(seed));
        ScalePlan plan = ScalePlan.of(members, size);
        List<Member> stay = new ArrayList<>(members);
        stay.removeAll(plan.retire());
        assertThat(count(stay) + plan.launch()).isEqualTo(size);
        assertThat(plan.launch() == 0 || count(plan.retire()) == 0)
                .as("nothing is launched to be taken back")
                .isTrue();
        assertThat(stay).noneMatch(Member::isDead).noneMatch(Member::isLeft);
        assertThat(plan.retire()).allMatch(member -> member.counts() || member.isDead() || member.isLeft());
        for (Member gone : plan.retire()) {
            for (Member left : stay) {
                if (gone.counts() && left.counts()) {
                    assertGoesBefore(gone, left);
                }
            }
        }
    }

    private static void assertGoesBefore(Member gone, Member left) {
        assertThat(gone.generation()).as("the oldest generation goes first").isLessThanOrEqualTo(left.generation());
        boolean alike = (gone.stage() == Stage.UNANNOUNCED) == (left.stage() == Stage.UNANNOUNCED);
        if (gone.generation() == left.generation() && alike) {
            assertThat(gone.created()).as("and there the youngest").isAfterOrEqualTo(left.created());
        }
    }

    private static void launch(List<Member> members, int count, int generation) {
        for (int i = 0; i < count; i++) {
            String name = "new" + generation + "-" + members.size();
            members.add(new Member(name, name, name, generation, Instant.MAX, Stage.SERVING, false));
        }
    }

    private static int fresh(List<Member> members) {
        return Generations.of(members, 3).fresh().size();
    }

    @Property
    void wave_fillsWithNoMoreThanItsShare_thenSettlesExactly(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 30) int size,
            @ForAll @IntRange(min = 1, max = 30) int upTo) {
        int target = Math.min(upTo, size);
        List<Member> members = new ArrayList<>(members(new Random(seed)));
        int missing = Math.max(0, target - fresh(members));
        long before = count(members);

        WaveStep filling = WaveStep.filling(Generations.of(members, 3), size, target);
        assertThat(filling.retire()).noneMatch(Member::counts);
        members.removeAll(filling.retire());
        launch(members, filling.launchOld(), 2);
        launch(members, filling.launchFresh(), 3);
        assertThat(fresh(members)).isGreaterThanOrEqualTo(target);
        assertThat(count(members)).isBetween((long) size, Math.max(before, size) + missing);
        assertThat(WaveStep.keeping(Generations.of(members, 3), size).isEmpty()).isTrue();

        WaveStep settling = WaveStep.settling(Generations.of(members, 3), size, target);
        assertThat(settling.launchOld() + settling.launchFresh()).isZero();
        boolean newLeave = settling.retire().stream().anyMatch(member -> member.counts() && member.generation() == 3);
        members.removeAll(settling.retire());
        assertThat(count(members)).isEqualTo(size);
        assertThat(fresh(members)).isGreaterThanOrEqualTo(target);
        assertThat(newLeave && fresh(members) < size)
                .as("a new member leaves only once no old one is left")
                .isFalse();
        assertThat(members).noneMatch(Member::isDead).noneMatch(Member::isLeft);
        assertThat(WaveStep.settling(Generations.of(members, 3), size, target).isEmpty())
                .isTrue();
    }

    @Property
    void wave_membersDieWhileItIsObserved_theLostAreReplacedBeforeAnybodyLeaves(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int size) {
        List<Member> members = new ArrayList<>(members(new Random(seed)));
        long before = count(members);

        WaveStep keeping = WaveStep.keeping(Generations.of(members, 3), size);
        assertThat(keeping.retire()).isEmpty();
        launch(members, keeping.launchOld(), 2);
        assertThat(count(members)).isEqualTo(Math.max(before, size));

        int target = fresh(members) + 1;
        WaveStep settling = WaveStep.settling(Generations.of(members, 3), Math.max(size, target), target);
        assertThat(settling.retire()).noneMatch(Member::counts);
        assertThat(settling.launchFresh()).isOne();
    }

    @Property
    void rollback_neverHarmsAndEndsWithTheOld(
            @ForAll long seed, @ForAll @IntRange(max = 20) int size, @ForAll @IntRange(min = 1, max = 10) int excess) {
        List<Member> members = new ArrayList<>(members(new Random(seed)));
        for (int steps = 0; ; steps++) {
            assertThat(steps).as("it ends").isLessThan(100);
            RollbackStep step = RollbackStep.of(Generations.of(members, 3), size, excess);
            if (step.isEmpty()) {
                break;
            }
            long before = count(members);
            members.removeAll(step.retire());
            assertThat(count(members)).isGreaterThanOrEqualTo(Math.min(before, size));
            for (int i = 0; i < step.launch(); i++) {
                String name = "new" + steps + "-" + i;
                members.add(new Member(name, name, name, 1, Instant.MAX, Stage.SERVING, false));
            }
            if (step.launch() > 0) {
                assertThat(count(members)).isLessThanOrEqualTo(size + excess);
            }
        }
        assertThat(count(members)).isEqualTo(size);
        assertThat(members).filteredOn(Member::counts).noneMatch(member -> member.generation() == 3);
        assertThat(members).noneMatch(Member::isDead).noneMatch(Member::isLeft);
    }
}
