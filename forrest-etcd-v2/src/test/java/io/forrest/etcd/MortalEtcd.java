package io.forrest.etcd;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;

/**
 * An etcd of one member at a URL that stays the same, which can be killed, started again with its data, and replaced by an empty
 * one. Not thread-safe; confine it to one thread.
 */
public final class MortalEtcd implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Wire wire;
    private EtcdMember member;

    private MortalEtcd(EtcdMember member) {
        this.member = member;
        this.wire = Wire.to(member.address());
    }

    /** Starts one, and waits until it is healthy. */
    public static MortalEtcd start() {
        return new MortalEtcd(started());
    }

    private static EtcdMember started() {
        String clients = "http://0.0.0.0:" + EtcdMember.CLIENT_PORT;
        EtcdMember member = new EtcdMember(
                "mortal",
                container -> {},
                "etcd",
                "--enable-v2",
                "--data-dir=/data",
                "--listen-client-urls=" + clients,
                "--advertise-client-urls=" + clients);
        try {
            member.start();
            awaitHealth(member);
            return member;
        } catch (RuntimeException e) {
            member.close();
            throw e;
        }
    }

    private static void awaitHealth(EtcdMember member) {
        await("health").atMost(PATIENCE).pollDelay(Duration.ZERO).until(member::isHealthy);
    }

    /** Returns the client URL. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + wire.port());
    }

    /** Ends its process (SIGKILL); connections are reset, and refused from now on. */
    public void kill() {
        member.kill();
        wire.down();
    }

    /** Ends {@link #kill()}: starts it with the data that it had. */
    public void restart() {
        member.restart();
        awaitHealth(member);
        wire.lead(member.address());
        wire.up();
    }

    /** Destroys it with its data, and starts an empty one in its place, which counts its changes from the beginning. */
    public void replace() {
        wire.down();
        member.close();
        member = started();
        wire.lead(member.address());
        wire.up();
    }

    /** Removes the container with its data. */
    @Override
    public void close() {
        wire.close();
        member.close();
    }
}
