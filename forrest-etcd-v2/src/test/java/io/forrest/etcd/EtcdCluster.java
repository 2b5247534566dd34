package io.forrest.etcd;

import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An etcd cluster of three members that speaks v2, with etcd's own timings (a heartbeat each 100 ms, an election after
 * 1,000 ms), for tests that break it.
 *
 * <p>A client reaches each member over a {@link Wire}, at a URL that stays the same whatever becomes of the member. The
 * members reach each other over a network of their own. So a member can be lost in every way there is:
 *
 * <ul>
 *   <li>{@link #kill}: its process is gone, and its connections are reset;
 *   <li>{@link #wipe}: so are its data, and another member stands in its place;
 *   <li>{@link #pause}: it takes connections and does nothing;
 *   <li>{@link #isolate}: it works, and has no peers;
 *   <li>{@link #cut}: the cluster is well, and the client's packets are lost;
 *   <li>{@link #refuse}: the cluster is well, and the client is refused.
 * </ul>
 *
 * <p>Each has its counterpart, and {@link #repair} makes good whatever is broken: call it after each test, and share a
 * cluster among the tests of a class. {@link #close()} removes everything. Not thread-safe; confine it to one thread.
 */
public final class EtcdCluster implements AutoCloseable {

    private static final int SIZE = 3;
    private static final int PEER_PORT = 2380;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    private final List<EtcdMember> members = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private final PeerNetwork network;

    private EtcdCluster(PeerNetwork network) {
        this.network = network;
    }

    /** Starts a cluster, and waits until it is healthy. */
    public static EtcdCluster start() {
        EtcdCluster cluster = new EtcdCluster(PeerNetwork.create());
        try {
            for (int i = 0; i < SIZE; i++) {
                EtcdMember member = cluster.member(i, "new");
                cluster.members.add(member);
                member.start();
                cluster.wires.add(Wire.to(member.address()));
            }
            cluster.awaitHealth();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private EtcdMember member(int i, String state) {
        String peers = IntStream.range(0, SIZE)
                .mapToObj(member -> name(member) + "=" + peer(member))
                .collect(Collectors.joining(","));
        return new EtcdMember(
                name(i),
                container -> network.connect(container, i),
                "etcd",
                "--enable-v2",
                "--name=" + name(i),
                "--data-dir=/data",
                "--listen-client-urls=http://0.0.0.0:" + EtcdMember.CLIENT_PORT,
                "--advertise-client-urls=http://" + network.address(i) + ":" + EtcdMember.CLIENT_PORT,
                "--listen-peer-urls=http://0.0.0.0:" + PEER_PORT,
                "--initial-advertise-peer-urls=" + peer(i),
                "--initial-cluster=" + peers,
                "--initial-cluster-state=" + state,
                // It would refuse to change the members for as long as one of them is not connected for 5 s
                "--strict-reconfig-check=false");
    }

    private static String name(int i) {
        return "member-" + i;
    }

    private URI peer(int i) {
        return URI.create("http://" + network.address(i) + ":" + PEER_PORT);
    }

    /** Returns the number of members. */
    public int size() {
        return SIZE;
    }

    /** Returns the client URL of each member, over its wire. They never change. */
    public List<URI> uris() {
        return wires.stream()
                .map(wire -> URI.create("http://127.0.0.1:" + wire.port()))
                .toList();
    }

    /** Returns the client URL of a member, over its wire. */
    public URI uri(int member) {
        return uris().get(member);
    }

    /** Returns how many connections clients hold to a member. */
    public int connections(int member) {
        return wires.get(member).connections();
    }

    /**
     * Waits for a leader that takes itself for one, that most members follow, and that reaches them, and returns it.
     *
     * @throws org.awaitility.core.ConditionTimeoutException if there is none within a minute
     */
    public int leader() {
        return await("a leader")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(() -> followed(SIZE / 2 + 1), OptionalInt::isPresent)
                .orElseThrow();
    }

    /** Waits for a leader, and returns the other members. */
    public List<Integer> followers() {
        return others(leader());
    }

    /** Returns the other members, whoever leads by now. */
    public List<Integer> others(int member) {
        return IntStream.range(0, SIZE).filter(i -> i != member).boxed().toList();
    }

    /** Returns the leader that so many follow, itself among them. */
    private OptionalInt followed(int quorum) {
        List<Optional<String>> named = members.stream().map(EtcdMember::leader).toList();
        return IntStream.range(0, SIZE)
                .filter(i -> named.get(i).equals(Optional.of(name(i))))
                .filter(i -> named.stream().filter(named.get(i)::equals).count() >= quorum)
                .filter(i -> members.get(i).isHealthy())
                .findFirst();
    }

    /** Freezes a member: connections are taken, and nothing is answered. */
    public void pause(int member) {
        members.get(member).pause();
    }

    /** Ends {@link #pause}. */
    public void unpause(int member) {
        members.get(member).unpause();
    }

    /** Ends a member's process (SIGKILL); connections to it are refused from now on. */
    public void kill(int member) {
        members.get(member).kill();
        wires.get(member).down();
    }

    /** Ends {@link #kill}: starts the member with the data that it had. Does not wait until it is healthy. */
    public void restart(int member) {
        members.get(member).restart();
        rewire(member);
    }

    /**
     * Loses a member with its data, and builds another in its place: it is taken out of the cluster, destroyed, made anew and
     * taken in again. Needs the others to be healthy. Does not wait until the new one is.
     */
    public void wipe(int member) {
        EtcdMember other = members.get((member + 1) % SIZE);
        other.remove(name(member));
        wires.get(member).down();
        members.get(member).close();
        // Its absence may have cost the leader
        await("health without it").atMost(PATIENCE).pollInterval(POLL).until(other::isHealthy);
        other.add(peer(member));
        members.set(member, member(member, "existing"));
        members.get(member).start();
        rewire(member);
    }

    private void rewire(int member) {
        InetSocketAddress now = members.get(member).address();
        wires.get(member).lead(now);
        wires.get(member).up();
    }

    /** Parts a member from its peers; clients reach it still. */
    public void isolate(int member) {
        network.disconnect(members.get(member).container());
    }

    /** Ends {@link #isolate}. */
    public void rejoin(int member) {
        network.connect(members.get(member).container(), member);
    }

    /** Freezes the path from clients to a member: nothing arrives, and nobody is told. The cluster does not notice. */
    public void cut(int member) {
        wires.get(member).freeze();
    }

    /** Ends {@link #cut}; what was sent meanwhile arrives now. */
    public void heal(int member) {
        wires.get(member).thaw();
    }

    /** Refuses connections to a member, and resets those there are. The cluster does not notice. */
    public void refuse(int member) {
        wires.get(member).down();
    }

    /** Ends {@link #refuse}. */
    public void accept(int member) {
        wires.get(member).up();
    }

    /** Resets the connections that there are to a member; new ones are taken. */
    public void reset(int member) {
        wires.get(member).reset();
    }

    /** Makes good whatever is broken, and waits until the cluster is healthy. */
    public void repair() {
        for (int i = 0; i < SIZE; i++) {
            EtcdMember member = members.get(i);
            if (member.isPaused()) {
                member.unpause();
            }
            if (!network.joins(member.container())) {
                rejoin(i);
            }
            if (!member.isRunning()) {
                member.restart();
            }
            rewire(i);
            heal(i);
        }
        awaitHealth();
    }

    /**
     * Waits until all members are healthy and follow one leader.
     *
     * @throws org.awaitility.core.ConditionTimeoutException if that takes more than a minute
     */
    public void awaitHealth() {
        await("health")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(() -> members.stream().allMatch(EtcdMember::isHealthy)
                        && followed(SIZE).isPresent());
    }

    /** Removes the containers with their data, and the network. */
    @Override
    public void close() {
        wires.forEach(Wire::close);
        members.forEach(EtcdMember::close);
        network.close();
    }
}
