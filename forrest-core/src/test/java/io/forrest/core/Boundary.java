package io.forrest.core;

import io.forrest.core.internal.record.Intent;
import io.forrest.spi.Balancer;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A moment in the life of an instance at which whoever works on it may be killed, told by the call to engine, registry or balancer
 * that comes before or after it.
 */
enum Boundary {
    /** The name is reserved; no container yet. */
    RESERVED(Verb.ANNOUNCE, Moment.AFTER, Records.class, "compareAndSet", intent(Intent.LAUNCHING)),
    /** The container has started, and its record does not name it yet. */
    STARTED(Verb.ANNOUNCE, Moment.AFTER, ContainerRuntime.class, "start"),
    /** The record names the container. */
    LAUNCHED(
            Verb.ANNOUNCE, Moment.AFTER, Records.class, "compareAndSet", intent(Intent.LAUNCHING) + ".*\"container\":"),
    /** The application answers, and nobody was told. */
    READY(Verb.ANNOUNCE, Moment.BEFORE, Records.class, "compareAndSet", intent(Intent.LIVE)),
    /** The record says that it is announced, and it is not. */
    LIVE(Verb.ANNOUNCE, Moment.AFTER, Records.class, "compareAndSet", intent(Intent.LIVE)),
    /** It is announced, and that is not confirmed. */
    ANNOUNCED(Verb.ANNOUNCE, Moment.AFTER, Registry.class, "announce"),
    /** It is served, and its launch has not returned. */
    SERVED(Verb.ANNOUNCE, Moment.AFTER, Balancer.class, "awaitServing"),
    /** The application answers, and the instance is to be held. */
    READY_TO_HOLD(Verb.START, Moment.BEFORE, Records.class, "compareAndSet", intent(Intent.HELD)),
    /** The instance is held, and its launch has not returned. */
    HELD(Verb.START, Moment.AFTER, Records.class, "compareAndSet", intent(Intent.HELD)),
    /** The record says that it goes, and the key stands. */
    RETIRING(Verb.STOP, Moment.AFTER, Records.class, "compareAndSet", intent(Intent.RETIRING)),
    /** The key is gone. */
    WITHDRAWN(Verb.STOP, Moment.AFTER, Registry.class, "withdraw"),
    /** It is drained; its container runs. */
    DRAINED(Verb.STOP, Moment.BEFORE, ContainerRuntime.class, "stop"),
    /** Its container has stopped. */
    STOPPED(Verb.STOP, Moment.AFTER, ContainerRuntime.class, "stop"),
    /** Its container is gone, its record stands. */
    REMOVED(Verb.STOP, Moment.AFTER, ContainerRuntime.class, "remove");

    /** What is being done. */
    enum Verb {
        ANNOUNCE,
        START,
        STOP
    }

    private enum Moment {
        BEFORE,
        AFTER
    }

    final Verb verb;
    private final Moment moment;
    private final Class<?> type;
    private final String method;
    private final Pattern written;

    Boundary(Verb verb, Moment moment, Class<?> type, String method) {
        this(verb, moment, type, method, "");
    }

    Boundary(Verb verb, Moment moment, Class<?> type, String method, String written) {
        this.verb = verb;
        this.moment = moment;
        this.type = type;
        this.method = method;
        this.written = Pattern.compile(written);
    }

    /** Returns what stands in the text of a record with an intent. */
    private static String intent(Intent intent) {
        return "\"intent\":\"" + intent + "\"";
    }

    /** What a program that has come to the boundary says. */
    String words() {
        return "came to the boundary " + this;
    }

    /** Returns something that does as its original, up to this boundary: there it says so, and does nothing more for ever. */
    <T> T guard(Class<T> wanted, T original) {
        return wanted.cast(Proxy.newProxyInstance(
                Boundary.class.getClassLoader(), new Class<?>[] {wanted}, (proxy, called, arguments) -> {
                    boolean here = wanted == type && called.getName().equals(method) && isWritten(arguments);
                    if (here && moment == Moment.BEFORE) {
                        standStill();
                    }
                    Object result = result(() -> called.invoke(original, arguments));
                    if (here && moment == Moment.AFTER) {
                        standStill();
                    }
                    return result instanceof Records records && wanted == Registry.class
                            ? guard(Records.class, records)
                            : result;
                }));
    }

    private interface Call {
        @Nullable
        Object make() throws ReflectiveOperationException;
    }

    private static @Nullable Object result(Call call) throws Throwable {
        try {
            return call.make();
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private boolean isWritten(Object @Nullable [] arguments) {
        return written.matcher(Arrays.toString(arguments)).find();
    }

    private void standStill() throws InterruptedException {
        System.out.println(words());
        new CountDownLatch(1).await();
    }
}
