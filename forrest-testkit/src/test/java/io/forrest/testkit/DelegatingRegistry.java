package io.forrest.testkit;

import io.forrest.Subscription;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import io.forrest.spi.RegistryListener;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A registry and its records in one, so that a wrong one has a single method to get wrong. */
class DelegatingRegistry implements Registry, Records {

    final InMemoryRegistry right;

    DelegatingRegistry(InMemoryRegistry right) {
        this.right = right;
    }

    @Override
    public void announce(Announcement announcement) {
        right.announce(announcement);
    }

    @Override
    @CanIgnoreReturnValue
    public boolean withdraw(Announcement announcement) {
        return right.withdraw(announcement);
    }

    @Override
    public List<Announcement> announcements() {
        return right.announcements();
    }

    @Override
    public Subscription watch(RegistryListener listener) {
        return right.watch(listener);
    }

    @Override
    public Records records() {
        Records unused = right.records();
        return this;
    }

    @Override
    public InetAddress localAddress() {
        return right.localAddress();
    }

    @Override
    public String prefix() {
        return right.prefix();
    }

    @Override
    public void close() {
        right.close();
    }

    @Override
    public Optional<String> get(RecordKey key) {
        return right.records().get(key);
    }

    @Override
    public Map<String, String> list(String folder) {
        return right.records().list(folder);
    }

    @Override
    public boolean compareAndSet(RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
        return right.records().compareAndSet(key, expected, value, ttl);
    }

    @Override
    @CanIgnoreReturnValue
    public boolean delete(RecordKey key, String expected) {
        return right.records().delete(key, expected);
    }
}
