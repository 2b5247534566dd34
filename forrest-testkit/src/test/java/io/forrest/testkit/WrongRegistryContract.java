package io.forrest.testkit;

import io.forrest.spi.Registry;
import java.time.Duration;

/** The contract on registries that are wrong in one way. */
abstract class WrongRegistryContract extends RegistryContract {

    final InMemoryRegistry.Store store = new InMemoryRegistry.Store();

    @Override
    protected Registry newRegistry(String prefix) {
        return wrong(new InMemoryRegistry(store, prefix, new Faults()));
    }

    @Override
    protected Registry newRegistry(String prefix, Duration ttl) {
        return wrong(new InMemoryRegistry(store, prefix, new Faults(), ttl));
    }

    /** What is wrong may be told late, by a thread of its own. */
    @Override
    Duration aWhile() {
        return Duration.ofSeconds(3);
    }

    /** Returns a registry that does as the right one, but for one thing. */
    abstract Registry wrong(InMemoryRegistry right);
}
