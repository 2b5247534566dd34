package io.forrest.core.internal.fleet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.RegistryException;
import io.forrest.Retirement;
import io.forrest.RolloutPhase;
import io.forrest.RolloutState;
import io.forrest.Stage;
import io.forrest.Traffic;
import io.forrest.WaveFacts;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.Template;
import io.forrest.core.internal.record.RolloutRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A fleet, its registry and its time in memory, that all may go wrong with by a seed, and that asserts at each step what must
 * never be. Not thread-safe; confine it to one thread.
 */
final class ModelFleet implements Hands, RolloutNotes, Permit {

    /** The process dies. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final Random random;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Set<String> owed = new HashSet<>();
    private RolloutRecord record;
    private @Nullable RolloutState ended;
    private @Nullable Stop stop;
    private @Nullable Stop revoked;
    private boolean calm;
    private int outage;
    private int diedSinceLook;
    private int next;
    private long nanos;

    ModelFleet(Random random, RolloutRecord record, int oldMembers) {
        this.random = random;
        this.record = record;
        for (int i = 0; i < oldMembers; i++) {
            add(random.nextInt(8) == 0 ? 0 : 1, Stage.ANNOUNCED, false);
        }
    }

    private void add(int generation, Stage stage, boolean left) {
        String name = "m" + next++;
        members.put(
                name, new Member(name, "l" + name, "c" + name, generation, Instant.ofEpochSecond(next), stage, left));
    }

    RolloutRecord record() {
        return record;
    }

    @Nullable
    RolloutState ended() {
        return ended;
    }

    long counting() {
        return members.values().stream().filter(Member::counts).count();
    }

    /** Lets nothing go wrong any more. */
    void calmDown() {
        calm = true;
        outage = 0;
    }

    /** Makes a new process of the one that has ended: what it was at is abandoned. */
    void newProcess() {
        members.replaceAll((name, member) -> member.left());
        owed.clear();
        stop = null;
        revoked = null;
    }

    private boolean chance(int oneIn) {
        return !calm && random.nextInt(oneIn) == 0;
    }

    /** Lets something happen before a step, and asserts what holds at all times. */
    private void befall() {
        if (chance(400)) {
            throw new Death();
        }
        if (chance(60)) {
            outage = random.nextInt(12);
        }
        if (chance(300)) {
            stop = Stop.CANCELLED;
        }
        if (chance(500)) {
            stop = Stop.LEASE_LOST;
            revoked = stop;
        }
        if (chance(15) && !members.isEmpty()) {
            Member victim = List.copyOf(members.values()).get(random.nextInt(members.size()));
            if (victim.counts()) {
                become(victim, random.nextBoolean() ? Stage.EXITED : Stage.GONE, victim.abandoned());
                diedSinceLook++;
            }
        }
        int most = record.size() + WavePlan.excess(record.waves(), record.wave(), record.size());
        assertThat(counting()).as("never more than the size and the wave").isLessThanOrEqualTo(most);
    }

    private void become(Member member, Stage stage, boolean left) {
        members.put(
                member.name(),
                new Member(
                        member.name(),
                        member.launch(),
                        member.container(),
                        member.generation(),
                        member.created(),
                        stage,
                        left));
    }

    private void requireRegistry() {
        if (outage > 0) {
            outage--;
            throw new RegistryException(RegistryException.Reason.UNAVAILABLE, "an outage", null);
        }
    }

    private void requireNotInterrupted() throws InterruptedException {
        if (stop != null && random.nextBoolean()) {
            throw new InterruptedException();
        }
    }

    @Override
    public List<Member> members() {
        befall();
        requireRegistry();
        diedSinceLook = 0;
        return members.values().stream()
                .map(member -> owed.contains(member.name()) ? member.left() : member)
                .toList();
    }

    @Override
    public Done<String> launch(Template template, int generation, int count, boolean together)
            throws InterruptedException {
        assertThat(generation).isEqualTo(template.image().equals("demo/new") ? record.generation() : 1);
        List<String> done = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        for (int i = 0; i < count && (!together || failures.isEmpty()); i++) {
            if (stop != null && revoked == null && random.nextBoolean() && isForward()) {
                throw new CutShort(done, List.of());
            }
            if (chance(300)) {
                add(generation, Stage.LAUNCHING, false);
                throw new Death();
            }
            befall();
            if (chance(25)) {
                failures.add(failedLaunch(generation));
            } else {
                add(generation, Stage.ANNOUNCED, false);
                done.add("m" + (next - 1));
            }
        }
        return new Done<>(done, failures);
    }

    private ForrestException failedLaunch(int generation) {
        List<String> left = List.of();
        if (random.nextInt(3) == 0) {
            add(generation, random.nextBoolean() ? Stage.LAUNCHING : Stage.ANNOUNCED, false);
            owed.add("m" + (next - 1));
            left = List.of("container m" + (next - 1));
        }
        return new ForrestException(
                "a launch failed", null, Failure.unspecified().leaving(left));
    }

    private boolean isForward() {
        return record.phase() != RolloutPhase.ROLLING_BACK;
    }

    @Override
    public Done<Retirement> retire(List<Member> leaving) throws InterruptedException {
        long serving = leaving.stream()
                .map(member -> members.get(member.name()))
                .filter(member -> member != null && member.counts())
                .count();
        if (serving > 0) {
            assertThat(counting() - serving)
                    .as("never fewer than the size but for those that died by themselves")
                    .isGreaterThanOrEqualTo(record.size() - diedSinceLook);
        }
        List<Retirement> done = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        for (Member member : leaving) {
            if (stop != null && revoked == null && isForward() && random.nextBoolean()) {
                throw new CutShort(List.of(), done);
            }
            if (chance(200)) {
                become(member, Stage.RETIRING, false);
                throw new Death();
            }
            if (chance(20)) {
                if (random.nextBoolean()) {
                    become(member, Stage.RETIRING, false);
                }
                owed.add(member.name());
                failures.add(new ForrestException("a retirement failed", null, Failure.unspecified()));
            } else {
                members.remove(member.name());
                owed.remove(member.name());
                done.add(Retirement.ofNothing(member.name()));
            }
        }
        return new Done<>(done, failures);
    }

    @Override
    public Set<String> unhealthy(List<Member> some) {
        befall();
        requireRegistry();
        return chance(30) && !some.isEmpty() ? Set.of(some.get(0).container()) : Set.of();
    }

    @Override
    public Map<String, Traffic> traffic() {
        Map<String, Traffic> traffic = new HashMap<>();
        if (!chance(5)) {
            members.keySet()
                    .forEach(name -> traffic.put(name, new Traffic(true, "UP", 0, nanos / 1000, 0, Duration.ZERO)));
        }
        return traffic;
    }

    @Override
    public List<String> logs(Member member) {
        return List.of("the log of " + member.name());
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        if (isForward()) {
            requireNotInterrupted();
        }
        befall();
        nanos += time.toNanos();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public void note(RolloutRecord rollout, @Nullable WaveFacts facts) {
        write(() -> {
            assertThat(ended).as("what has ended is over").isNull();
            if (!isForward()) {
                assertThat(rollout.phase()).as("a rollback never turns forward").isEqualTo(RolloutPhase.ROLLING_BACK);
            }
            assertThat(rollout.wave()).isGreaterThanOrEqualTo(record.wave());
            record = rollout;
        });
    }

    @Override
    public RolloutState end(RolloutRecord rollout, boolean promoted) {
        RolloutState end = rollout.at(rollout.wave(), promoted ? RolloutPhase.PROMOTED : RolloutPhase.ROLLED_BACK)
                .state("demo/old");
        write(() -> {
            assertThat(isForward()).as("a rollback never turns forward").isEqualTo(promoted);
            ended = end;
        });
        return end;
    }

    private void write(Runnable effect) {
        befall();
        requireRegistry();
        effect.run();
        if (chance(200)) {
            throw new Death();
        }
    }

    @Override
    public void check() throws InterruptedException {
        if (stop != null) {
            throw new InterruptedException(stop.words());
        }
    }

    @Override
    public boolean commit() {
        return stop == null;
    }

    @Override
    public Optional<Stop> revoked() {
        return Optional.ofNullable(revoked);
    }

    /** Asserts that all members are as they shall be at an end, but for those that died since they were looked at. */
    void assertEnd() {
        RolloutState end = requireNonNull(ended, "the end");
        boolean promoted = end.phase() == RolloutPhase.PROMOTED;
        List<Member> living = members.values().stream().filter(Member::counts).toList();
        assertThat(living).allMatch(member -> (member.generation() == record.generation()) == promoted);
        assertThat(living).hasSizeLessThanOrEqualTo(record.size());
        assertThat(living).hasSizeGreaterThanOrEqualTo(record.size() - diedSinceLook);
        assertThat(members.values().stream().filter(member -> !member.counts()))
                .as("nothing is leaked but what died since the last look")
                .allMatch(Member::isDead)
                .hasSizeLessThanOrEqualTo(diedSinceLook);
    }

    @Override
    public String toString() {
        return record + " " + members.values();
    }
}
