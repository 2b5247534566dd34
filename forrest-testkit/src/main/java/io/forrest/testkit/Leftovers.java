package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.spi.Container;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves something behind: a container, an announcement, a record, or a thread of Forrest's. As an
 * extension it looks after each test, when the test's own {@code @AfterEach} methods have run; they must not close what it
 * looks at, which it closes itself:
 *
 * <pre>
 * &#64;RegisterExtension
 * final Leftovers leftovers = new Leftovers()
 *         .containers(() -&gt; runtime, Map.of())
 *         .registry(() -&gt; registry)
 *         .closing(() -&gt; runtime)
 *         .closing(() -&gt; registry);
 * </pre>
 *
 * <p>What is about to end is waited for. Immutable and thread-safe.
 */
public final class Leftovers implements AfterEachCallback {

    private static final Duration DEFAULT_WITHIN = Duration.ofSeconds(5);
    private static final String THREADS = "forrest-";
    private static final String FOLDER = "instances";

    private final Duration within;
    private final Set<Thread> before;
    private final List<Supplier<List<String>>> places;
    private final List<Supplier<? extends AutoCloseable>> toClose;

    /** Looks at threads alone, and of those at the ones that are not alive yet. */
    public Leftovers() {
        this(DEFAULT_WITHIN, threads().collect(Collectors.toUnmodifiableSet()), List.of(), List.of());
    }

    private Leftovers(
            Duration within,
            Set<Thread> before,
            List<Supplier<List<String>>> places,
            List<Supplier<? extends AutoCloseable>> toClose) {
        this.within = within;
        this.before = before;
        this.places = places;
        this.toClose = toClose;
    }

    /**
     * Returns this check, looking at the containers of an engine, too.
     *
     * @param runtime asked for the runtime when it is needed
     * @param labels the labels that all of the test's containers carry; empty: all containers
     * @return the check
     */
    public Leftovers containers(Supplier<? extends ContainerRuntime> runtime, Map<String, String> labels) {
        requireNonNull(runtime, "runtime");
        Map<String, String> carried = Map.copyOf(labels);
        return with(
                () -> runtime.get().list(carried).stream().map(Leftovers::text).toList());
    }

    private static String text(Container container) {
        return "container " + container.name() + " (" + container.id() + "), " + container.status();
    }

    /**
     * Returns this check, looking at the announcements of a registry and its records in {@code instances}, too.
     *
     * @param registry asked for the registry when it is needed
     * @return the check
     */
    public Leftovers registry(Supplier<? extends Registry> registry) {
        requireNonNull(registry, "registry");
        return with(() -> {
            Registry asked = registry.get();
            List<String> found = new ArrayList<>();
            asked.announcements()
                    .forEach(announcement ->
                            found.add("announcement " + announcement.name() + " at " + announcement.endpoint()));
            asked.records().list(FOLDER).forEach((name, value) -> found.add("record " + FOLDER + "/" + name));
            return found;
        });
    }

    /**
     * Returns this check, closing something once containers, announcements and records were looked for, and before threads
     * are. What was said later is closed first.
     *
     * @param closeable asked for what to close when that is needed
     * @return the check
     */
    public Leftovers closing(Supplier<? extends AutoCloseable> closeable) {
        return new Leftovers(within, before, places, append(toClose, requireNonNull(closeable, "closeable")));
    }

    /**
     * Returns this check, with another limit to waiting for what is about to end. By default 5 seconds.
     *
     * @param time the limit, once for containers, announcements and records, and once for threads
     * @return the check
     */
    public Leftovers within(Duration time) {
        return new Leftovers(requireNonNull(time, "time"), before, places, toClose);
    }

    private Leftovers with(Supplier<List<String>> place) {
        return new Leftovers(within, before, append(places, place), toClose);
    }

    private static <T> List<T> append(List<T> list, T element) {
        return Stream.concat(list.stream(), Stream.of(element)).toList();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        assertNone();
    }

    /**
     * Looks, closes what is to be closed, and looks for threads.
     *
     * @throws AssertionError if something is left; it lists all of it
     * @throws Exception if something cannot be closed
     */
    public void assertNone() throws Exception {
        List<String> left = new ArrayList<>();
        try {
            left.addAll(Eventually.look(within, this::inPlaces, List::isEmpty));
        } finally {
            closeAll();
        }
        left.addAll(Eventually.look(within, this::newThreads, List::isEmpty));
        if (!left.isEmpty()) {
            throw new AssertionError("left behind: " + String.join("; ", left));
        }
    }

    private List<String> inPlaces() {
        return places.stream().flatMap(place -> place.get().stream()).toList();
    }

    private void closeAll() throws Exception {
        List<Supplier<? extends AutoCloseable>> latestFirst = new ArrayList<>(toClose);
        Collections.reverse(latestFirst);
        Exception failure = null;
        for (Supplier<? extends AutoCloseable> closeable : latestFirst) {
            try {
                closeable.get().close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private List<String> newThreads() {
        return threads()
                .filter(thread -> !before.contains(thread))
                .map(thread -> "thread " + thread.getName() + " in " + List.of(thread.getStackTrace()))
                .toList();
    }

    private static Stream<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(THREADS));
    }
}
