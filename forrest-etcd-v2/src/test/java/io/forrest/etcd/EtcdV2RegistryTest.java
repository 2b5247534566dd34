package io.forrest.etcd;

import io.forrest.spi.Registry;
import io.forrest.testkit.RegistryContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The registry's contract on a real etcd. */
class EtcdV2RegistryTest extends RegistryContract {

    private static EtcdFixture etcd;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @Override
    protected Registry newRegistry(String prefixOfTest) {
        return EtcdV2Registry.builder(etcd.uri()).prefix(prefixOfTest).build();
    }

    @Override
    protected Registry newRegistry(String prefixOfTest, Duration ttl) {
        return EtcdV2Registry.builder(etcd.uri()).prefix(prefixOfTest).ttl(ttl).build();
    }
}
