package io.forrest.etcd;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Has each wait for a condition last up to a minute, in this module's tests and in those that use its test bed: a busy machine may
 * take ten seconds for a single call of the engine's. Found by JUnit as a service. Thread-safe.
 */
public final class PatientWaits implements LauncherSessionListener {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(PATIENCE);
    }
}
