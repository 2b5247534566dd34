package io.forrest.testkit;

import io.forrest.Subscription;
import io.forrest.spi.Registry;
import io.forrest.spi.RegistryListener;

/** The contract on registries whose watch is wrong in one way. */
abstract class WrongWatchContract extends WrongRegistryContract {
    @Override
    Registry wrong(InMemoryRegistry right) {
        return new DelegatingRegistry(right) {
            @Override
            public Subscription watch(RegistryListener listener) {
                return wrong(right, listener);
            }
        };
    }

    /** Returns a watch that does as the right one, but for one thing. */
    abstract Subscription wrong(InMemoryRegistry right, RegistryListener listener);
}
