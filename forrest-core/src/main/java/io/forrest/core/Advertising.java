package io.forrest.core;

import io.forrest.Endpoint;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.Registry;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides under which address instances are announced, and on which address of the engine's host their ports are bound. */
final class Advertising {

    private final Surroundings surroundings;

    Advertising(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** What this process can see of the machine that it runs on. */
    interface Surroundings {
        /** Returns whether an address is one of this machine's. */
        boolean isLocal(InetAddress address);

        /** Returns whether this process runs inside a container whose host has another name than the given one. */
        boolean insideContainer(String engineHostName);
    }

    /**
     * Returns the address to announce: the one given, else the engine's own if it is reached over a network, else the one
     * from which this host reaches the registry.
     *
     * @throws IllegalArgumentException if there is none, or one that others could not reach
     */
    InetAddress address(@Nullable InetAddress given, EngineInfo engine, Registry registry) {
        if (given != null) {
            return checked(given, registry);
        }
        Optional<InetAddress> remote = engine.address();
        if (remote.isPresent()) {
            return checked(remote.get(), registry);
        }
        if (surroundings.insideContainer(engine.hostName())) {
            throw new IllegalArgumentException(
                    "this process runs inside a container, so its own addresses are not those of"
                            + " the engine's host " + engine.hostName()
                            + ": give the address to announce by advertise(...)");
        }
        return checked(registry.localAddress(), registry);
    }

    private static InetAddress checked(InetAddress address, Registry registry) {
        if (address.isLoopbackAddress() && !registry.localAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("the loopback address " + address.getHostAddress()
                    + " cannot be announced in a registry on another host, where it would mean that host: give an address by"
                    + " advertise(...)");
        }
        return new Endpoint(address, 1).address();
    }

    /**
     * Returns the address to bind ports to: the one given, else the advertised one where it is an address of the engine's
     * host, so that a private network stays private; else null, for the engine's own default.
     */
    @Nullable
    InetAddress publishOn(@Nullable InetAddress given, InetAddress advertised, EngineInfo engine) {
        if (given != null) {
            return given;
        }
        Predicate<InetAddress> ofTheEngine = engine.address().isPresent()
                ? engine.address().get()::equals
                : address -> surroundings.isLocal(address) && !surroundings.insideContainer(engine.hostName());
        return ofTheEngine.test(advertised) ? advertised : null;
    }

    /** Returns what can really be seen. */
    static Surroundings reality() {
        return new Surroundings() {
            @Override
            public boolean isLocal(InetAddress address) {
                try {
                    return NetworkInterface.getByInetAddress(address) != null;
                } catch (SocketException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public boolean insideContainer(String engineHostName) {
                return ContainerMarks.present() && !ContainerMarks.hostName().equals(engineHostName);
            }
        };
    }
}
