package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private static final Announcement FOX = new Announcement("brave-fox", "myapp", Endpoint.of("10.0.0.5", 32768));
    private static final Announcement OWL = new Announcement("calm-owl", "myapp", Endpoint.of("10.0.0.5", 32769));

    private final FakeTime time = new FakeTime();
    private final Faults faults = new Faults(7, time);
    private final InMemoryRegistry registry = new InMemoryRegistry(new InMemoryRegistry.Store(), "/servers", faults);

    @Test
    void fail_once_isNotDoneAndThenIs() {
        faults.on(Operation.ANNOUNCE).once().fail();

        assertFails(Reason.UNAVAILABLE);
        assertThat(registry.values()).isEmpty();
        registry.announce(FOX);
        assertThat(registry.values()).containsOnlyKeys("brave-fox");
    }

    @Test
    void refuse_isNotDone() {
        faults.on(Operation.ANNOUNCE).refuse();

        assertFails(Reason.REFUSED);
        assertThat(registry.values()).isEmpty();
    }

    @Test
    void loseRequest_isNotDone() {
        faults.on(Operation.ANNOUNCE).loseRequest();

        assertFails(Reason.UNKNOWN_OUTCOME);
        assertThat(registry.values()).isEmpty();
    }

    @Test
    void loseAnswer_isDone() {
        faults.on(Operation.ANNOUNCE).loseAnswer();

        assertFails(Reason.UNKNOWN_OUTCOME);
        assertThat(registry.values()).containsEntry("brave-fox", "10.0.0.5:32768");
    }

    @Test
    void failHalfway_ofWhatHasNoHalves_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> faults.on(Operation.ANNOUNCE).failHalfway());
    }

    @Test
    void otherOperations_areSpared() {
        faults.on(Operation.ANNOUNCE, Operation.WITHDRAW).fail();

        assertThat(registry.announcements()).isEmpty();
    }

    @Test
    void skippingAndTimes_strikeThoseCallsAlone() {
        faults.on(Operation.RECORD_GET).skipping(1).times(2).fail();

        assertThat(fates(5)).containsExactly(true, false, false, true, true);
    }

    @Test
    void about_strikesThatSubjectAlone() {
        faults.on(Operation.ANNOUNCE).about("calm-owl").fail();
        registry.announce(FOX);

        assertThatExceptionOfType(RegistryException.class).isThrownBy(() -> registry.announce(OWL));
    }

    @Test
    void during_strikesWhileItHolds() {
        AtomicBoolean down = new AtomicBoolean(true);
        faults.onEvery().during(down::get).fail();

        assertFails(Reason.UNAVAILABLE);
        down.set(false);
        assertThatCode(() -> registry.announce(FOX)).doesNotThrowAnyException();
    }

    @Test
    void withProbability_sameSeed_strikesTheSameCalls() {
        faults.on(Operation.RECORD_GET).withProbability(0.3).fail();
        List<Boolean> first = fates(200);
        Faults again = new Faults(7, time);
        again.on(Operation.RECORD_GET).withProbability(0.3).fail();

        assertThat(fates(new InMemoryRegistry(new InMemoryRegistry.Store(), "/servers", again), 200))
                .isEqualTo(first);
        assertThat(first.stream().filter(done -> !done).count()).isBetween(35L, 85L);
    }

    @Test
    void impossibleNumbers_areRefused() {
        FaultBuilder builder = faults.onEvery();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.times(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.skipping(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.withProbability(1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.withProbability(Double.NaN));
    }

    @Test
    void delays_ofSeveralFaults_addUpBeforeItIsDone() {
        List<Boolean> doneAfterwards = new ArrayList<>();
        faults.on(Operation.ANNOUNCE).delay(Duration.ofSeconds(5));
        faults.on(Operation.ANNOUNCE).delay(Duration.ofSeconds(2));
        time.after(
                Duration.ofSeconds(6),
                () -> doneAfterwards.add(registry.values().isEmpty()));
        registry.announce(FOX);

        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(7));
        assertThat(doneAfterwards).containsExactly(true);
        assertThat(registry.values()).isNotEmpty();
    }

    @Test
    void delay_interrupted_isNotDone() throws Exception {
        FakeTime manual = FakeTime.manual();
        Faults slow = new Faults(0, manual);
        InMemoryRegistry slowly = new InMemoryRegistry(new InMemoryRegistry.Store(), "/servers", slow);
        slow.onEvery().delay(Duration.ofSeconds(5));
        Call call = new Call(() -> slowly.announce(FOX));
        manual.awaitSleepers(1);
        call.thread.interrupt();

        assertThat(call.result()).isEqualTo("UNKNOWN_OUTCOME, interrupted");
        assertThat(slowly.values()).isEmpty();
    }

    @Test
    void hang_interrupted_isNotDone() throws Exception {
        faults.on(Operation.ANNOUNCE).hang();
        Call call = new Call(() -> registry.announce(FOX));
        faults.awaitHanging(1);
        call.thread.interrupt();

        assertThat(call.result()).isEqualTo("UNKNOWN_OUTCOME, interrupted");
        assertThat(registry.values()).isEmpty();
    }

    @Test
    void hang_healed_isDone() throws Exception {
        faults.on(Operation.ANNOUNCE).hang();
        Call call = new Call(() -> registry.announce(FOX));
        faults.awaitHanging(1);
        assertThat(registry.values()).isEmpty();
        faults.heal();

        assertThat(call.result()).isEqualTo("done");
        assertThat(registry.values()).isNotEmpty();
    }

    @Test
    void hang_ofWhatIsClosed_ends() throws Exception {
        faults.on(Operation.ANNOUNCE).hang();
        Call call = new Call(() -> registry.announce(FOX));
        faults.awaitHanging(1);
        registry.close();

        assertThat(call.result()).isEqualTo("closed");
    }

    @Test
    void before_runsFirst() {
        faults.on(Operation.ANNOUNCE).once().before(() -> registry.put("brave-fox", "10.9.9.9:1"));

        assertThatExceptionOfType(NameTakenException.class).isThrownBy(() -> registry.announce(FOX));
        assertThat(registry.values()).containsEntry("brave-fox", "10.9.9.9:1");
    }

    @Test
    void after_runsOnceItIsDone() {
        faults.on(Operation.ANNOUNCE).once().after(() -> registry.withdraw(FOX));
        registry.announce(FOX);

        assertThat(registry.values()).isEmpty();
    }

    @Test
    void calls_ofWhateverOutcome_areKeptInTheirOrder() {
        faults.on(Operation.WITHDRAW).fail();
        registry.announce(FOX);
        assertThatExceptionOfType(RegistryException.class).isThrownBy(() -> registry.withdraw(FOX));
        assertThat(registry.announcements()).hasSize(1);
        assertThat(registry.records().list("instances")).isEmpty();

        assertThat(faults.calls())
                .extracting(Faults.Call::toString)
                .containsExactly("ANNOUNCE brave-fox", "WITHDRAW brave-fox", "ANNOUNCEMENTS", "RECORD_LIST instances");
        faults.forgetCalls();
        assertThat(faults.calls()).isEmpty();
    }

    @Test
    void calls_afterClose_areIllegal() {
        registry.close();

        assertThatIllegalStateException().isThrownBy(() -> registry.announce(FOX));
        assertThat(faults.calls()).isEmpty();
    }

    private void assertFails(Reason reason) {
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> registry.announce(FOX))
                .returns(reason, RegistryException::reason);
    }

    private List<Boolean> fates(int calls) {
        return fates(registry, calls);
    }

    private static List<Boolean> fates(InMemoryRegistry asked, int calls) {
        List<Boolean> done = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            try {
                done.add(asked.records()
                        .get(new RecordKey("instances", "brave-fox"))
                        .isEmpty());
            } catch (RegistryException e) {
                done.add(false);
            }
        }
        return done;
    }

    /** A call on a thread of its own. */
    private static final class Call {

        private final FutureTask<String> task;
        private final Thread thread;

        Call(Runnable work) {
            Callable<String> told = () -> {
                try {
                    work.run();
                    return "done";
                } catch (RegistryException e) {
                    return e.reason() + (Thread.interrupted() ? ", interrupted" : "");
                } catch (IllegalStateException e) {
                    return "closed";
                }
            };
            task = new FutureTask<>(told);
            thread = new Thread(task, "caller");
            thread.setDaemon(true);
            thread.start();
        }

        String result() throws Exception {
            return task.get(10, TimeUnit.SECONDS);
        }
    }
}
