package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forrest.Endpoint;
import io.forrest.RegistryException;
import io.forrest.spi.Announcement;
import io.forrest.testkit.WatchRecorder;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host application that has filled the common pool with what blocks. */
class CommonPoolTest {

    private static final Endpoint HERE = Endpoint.of("10.0.0.5", 32768);
    private static final Announcement FOX = new Announcement("brave-fox", "", HERE);

    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void fillThePool() {
        for (int i = 0; i < 64; i++) {
            ForkJoinPool.commonPool().execute(this::block);
        }
    }

    private void block() {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void emptyThePool() {
        end.countDown();
    }

    @Test
    void operations_commonPoolIsFull_goOn() {
        try (EtcdFixture etcd = EtcdFixture.start();
                EtcdV2Registry registry = EtcdV2Registry.builder(ScriptedServer.nobody(), etcd.uri())
                        .attemptTimeout(Duration.ofSeconds(5))
                        .build()) {
            WatchRecorder recorder = new WatchRecorder();
            registry.watch(recorder);
            registry.announce(FOX);
            recorder.awaitPicture(Map.of("brave-fox", HERE));
            assertThat(registry.withdraw(FOX)).isTrue();
            recorder.awaitPicture(Map.of());
            recorder.assertSound();
        }
    }

    @Test
    void operations_commonPoolIsFullAndNobodyListens_sayThatItWasRefused() {
        URI nobody = ScriptedServer.nobody();
        try (EtcdV2Registry registry =
                EtcdV2Registry.builder(nobody).deadline(Duration.ofSeconds(1)).build()) {
            RegistryException failure = catchThrowableOfType(RegistryException.class, registry::announcements);

            assertThat(failure.reason()).isEqualTo(RegistryException.Reason.UNAVAILABLE);
            assertThat(failure).hasMessageContaining(nobody + ": connection refused");
        }
    }
}
