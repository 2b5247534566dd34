package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes inside of a test, to see what they find. */
final class Verdicts {

    /** They wait more than they work. */
    private static final int AT_A_TIME = 32;

    private static final int LIMIT_SECONDS = 120;

    private Verdicts() {}

    /** Returns the names of the tests that fail. */
    static Set<String> failing(Class<?> testClass) {
        return failing(selectClass(testClass)).keySet();
    }

    /** Returns what the tests that fail say, by their names. */
    private static Map<String, String> failing(DiscoverySelector selected) {
        Map<String, String> failing = new ConcurrentSkipListMap<>();
        TestExecutionListener listener = new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() != Status.SUCCESSFUL) {
                    failing.put(
                            test.getDisplayName().replace("()", ""),
                            result.getThrowable().map(Throwable::toString).orElse(""));
                }
            }
        };
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selected)
                                .build(),
                        listener);
        return failing;
    }

    /** Returns a test for each contract on something wrong: that the named test finds it out. All run side by side. */
    static Stream<DynamicTest> onWrong(Map<Class<?>, String> finders) {
        ExecutorService executor = Executors.newFixedThreadPool(AT_A_TIME);
        List<DynamicTest> tests = new ArrayList<>();
        finders.forEach((contract, finder) -> {
            Future<Map<String, String>> found = executor.submit(() -> failing(selectMethod(contract, finder)));
            tests.add(DynamicTest.dynamicTest(
                    contract.getSimpleName(),
                    () -> assertThat(found.get(LIMIT_SECONDS, TimeUnit.SECONDS)).containsOnlyKeys(finder)));
        });
        executor.shutdown();
        return tests.stream();
    }
}
