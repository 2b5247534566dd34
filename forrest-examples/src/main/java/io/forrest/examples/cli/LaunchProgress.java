package io.forrest.examples.cli;

import io.forrest.ForrestEvent;
import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Step;
import io.forrest.event.BalancersUnreachable;
import io.forrest.event.PullProgressed;
import io.forrest.event.StepReached;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Tells of a launch as it goes on. Events come on a thread of the scaler's, the end on another: all are told by the one
 * thread that waits for the launch, so that the lines come in their order. Listening is thread-safe; the rest is confined
 * to that one thread.
 */
final class LaunchProgress implements Consumer<ForrestEvent> {

    private static final long MEGABYTE = 1_000_000;

    private final Screen screen;
    private final BlockingQueue<Runnable> news = new LinkedBlockingQueue<>();
    private String announcing = "";
    private String haproxies = "";
    private boolean over;

    LaunchProgress(Screen screen) {
        this.screen = screen;
    }

    @Override
    public void accept(ForrestEvent event) {
        if (event instanceof BalancersUnreachable unreachable) {
            screen.error(BalancerWords.of(
                    unreachable)); // it may come after the launch's end, and is to be heard all the same
        } else {
            news.add(() -> show(event));
        }
    }

    /**
     * Waits for a launch and tells of it meanwhile.
     *
     * @param launch the launch
     * @param etcd where it will be announced
     * @param haproxies what will serve it; empty if nobody is asked
     * @return its instance
     * @throws io.forrest.ForrestException if the launch does
     */
    Instance follow(CompletableFuture<Instance> launch, String etcd, String haproxies) throws InterruptedException {
        announcing = "Announcing to " + etcd + " ...";
        this.haproxies = haproxies;
        CompletableFuture<Instance> ending = launch.whenComplete((instance, failure) -> news.add(() -> over = true));
        while (!over) {
            news.take().run();
        }
        try {
            Instance instance = ending.join();
            announce(); // the event may still be on its way
            return instance;
        } catch (CompletionException e) {
            if (e.getCause() instanceof ForrestException failure
                    && failure.step()
                            .filter(step -> step.compareTo(Step.READY) > 0)
                            .isPresent()) {
                announce(); // that it came so far, the failure says as well
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void show(ForrestEvent event) {
        if (event instanceof PullProgressed pull) {
            screen.busy("pulling " + pull.image() + ": " + pull.layer() + " " + pull.status() + amount(pull));
        } else if (event instanceof StepReached reached && reached.step() == Step.LAUNCH) {
            screen.busy("waiting until " + reached.instance() + " answers");
        } else if (event instanceof StepReached reached && reached.step() == Step.READY) {
            announce();
        } else if (event instanceof StepReached reached && reached.step() == Step.ANNOUNCE && !haproxies.isEmpty()) {
            screen.busy("waiting until " + haproxies + " serves " + reached.instance());
        }
    }

    /** Says that the instance is served, where anybody was asked. */
    void served() {
        if (!haproxies.isEmpty()) {
            screen.tell("Served by HAProxy");
        }
    }

    private void announce() {
        if (!announcing.isEmpty()) {
            screen.tell(announcing);
            announcing = "";
        }
    }

    private static String amount(PullProgressed pull) {
        return pull.total() == 0 ? "" : " " + pull.current() / MEGABYTE + " of " + pull.total() / MEGABYTE + " MB";
    }
}
