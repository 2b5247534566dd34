package io.forrest.testkit.implementer;

import io.forrest.spi.Registry;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import io.forrest.testkit.RegistryContract;

class InMemoryRegistryTest extends RegistryContract {

    private final InMemoryRegistry.Store store = new InMemoryRegistry.Store();

    @Override
    protected Registry newRegistry(String prefix) {
        return new InMemoryRegistry(store, prefix, new Faults());
    }
}
