package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InMemoryRegistryControlsTest {

    private static final Announcement FOX = new Announcement("brave-fox", "myapp", Endpoint.of("fd00::5", 32768));

    private final InMemoryRegistry registry = new InMemoryRegistry();

    @Test
    void values_haveTheEndpointAsATemplateReadsIt() {
        registry.announce(FOX);

        assertThat(registry.values()).containsExactly(Map.entry("brave-fox", "[fd00:0:0:0:0:0:0:5]:32768"));
    }

    @Test
    void values_whenClosed_stillTell() {
        registry.announce(FOX);
        registry.close();

        assertThat(registry.values()).hasSize(1);
    }

    @Test
    void put_ofWhatIsNoInstance_isNoAnnouncement() {
        registry.put("not a name", "10.0.0.5:80");
        registry.put("brave-fox", "no endpoint");
        registry.put("calm-owl", "10.0.0.5:80");

        assertThat(registry.announcements()).extracting(Announcement::name).containsExactly("calm-owl");
        assertThatExceptionOfType(NameTakenException.class).isThrownBy(() -> registry.announce(FOX));
        assertThat(registry.withdraw(FOX)).isFalse();
    }

    @Test
    void delete_takesAnybodysValue() {
        registry.announce(FOX);
        registry.delete("brave-fox");

        assertThat(registry.values()).isEmpty();
    }

    @Test
    void wipe_takesValuesAndRecordsOfThePrefixAlone() {
        InMemoryRegistry.Store store = new InMemoryRegistry.Store();
        InMemoryRegistry left = new InMemoryRegistry(store, "/left", new Faults());
        InMemoryRegistry right = new InMemoryRegistry(store, "/left-2", new Faults());
        RecordKey key = new RecordKey("instances", "brave-fox");
        left.announce(FOX);
        right.announce(FOX);
        assertThat(left.records().compareAndSet(key, null, "{}")).isTrue();
        left.wipe();

        assertThat(left.values()).isEmpty();
        assertThat(left.records().get(key)).isEmpty();
        assertThat(right.values()).hasSize(1);
    }

    @Test
    void prefix_malformed_isRefused() {
        InMemoryRegistry.Store store = new InMemoryRegistry.Store();

        assertThatIllegalArgumentException().isThrownBy(() -> new InMemoryRegistry(store, "servers", new Faults()));
        assertThatIllegalArgumentException().isThrownBy(() -> new InMemoryRegistry(store, "/servers/", new Faults()));
    }
}
