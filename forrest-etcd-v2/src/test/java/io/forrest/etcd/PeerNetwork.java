package io.forrest.etcd;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network.Ipam;
import com.github.dockerjava.api.model.Network.Ipam.Config;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;

/**
 * The Docker network that the members of one cluster speak to each other over, under addresses that stay. It is an internal
 * one, so that a container's published ports never hang on it: leaving it parts a member from its peers and from nobody
 * else. Thread-safe.
 */
final class PeerNetwork implements AutoCloseable {

    private static final int FIRST_HOST = 10;

    private final DockerClient docker;
    private final String id;
    private final String subnet;

    private PeerNetwork(DockerClient docker, String id, String subnet) {
        this.docker = docker;
        this.id = id;
        this.subnet = subnet;
    }

    static PeerNetwork create() {
        DockerClient docker = DockerClientFactory.lazyClient();
        // Fixed addresses need a subnet that was asked for; Docker knows which one is free
        String trial = create(docker, new Ipam());
        String subnet = docker.inspectNetworkCmd()
                .withNetworkId(trial)
                .exec()
                .getIpam()
                .getConfig()
                .get(0)
                .getSubnet();
        docker.removeNetworkCmd(trial).exec();
        return new PeerNetwork(docker, create(docker, new Ipam().withConfig(new Config().withSubnet(subnet))), subnet);
    }

    private static String create(DockerClient docker, Ipam ipam) {
        return docker.createNetworkCmd()
                .withName("forrest-etcd-" + UUID.randomUUID())
                .withInternal(true)
                .withIpam(ipam)
                .withLabels(DockerClientFactory.DEFAULT_LABELS)
                .exec()
                .getId();
    }

    /** Returns the address of a member. */
    String address(int member) {
        return subnet.substring(0, subnet.lastIndexOf('.') + 1) + (FIRST_HOST + member);
    }

    /** Lets a container take part as this member. */
    void connect(String container, int member) {
        ContainerNetwork place =
                new ContainerNetwork().withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(address(member)));
        docker.connectToNetworkCmd()
                .withNetworkId(id)
                .withContainerId(container)
                .withContainerNetwork(place)
                .exec();
    }

    /** Takes a container out; what it sends to the others is lost without a word, and so is what they send. */
    void disconnect(String container) {
        docker.disconnectFromNetworkCmd()
                .withNetworkId(id)
                .withContainerId(container)
                .withForce(true)
                .exec();
    }

    /** Returns whether a container takes part. */
    boolean joins(String container) {
        return docker.inspectContainerCmd(container).exec().getNetworkSettings().getNetworks().values().stream()
                .anyMatch(network -> id.equals(network.getNetworkID()));
    }

    /** Removes the network, which no container may take part in any more. */
    @Override
    public void close() {
        docker.removeNetworkCmd(id).exec();
    }
}
