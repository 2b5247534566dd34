package io.forrest.testkit.implementer;

import io.forrest.spi.Registry;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import io.forrest.testkit.RegistryContract;
import java.time.Duration;

class InMemoryRegistryTest extends RegistryContract {

    private final InMemoryRegistry.Store store = new InMemoryRegistry.Store();

    @Override
    protected Registry newRegistry(String prefix) {
        return new InMemoryRegistry(store, prefix, new Faults());
    }

    @Override
    protected Registry newRegistry(String prefix, Duration ttl) {
        return new InMemoryRegistry(store, prefix, new Faults(), ttl);
    }
}
