package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.spi.Announcement;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LeaseScheduleTest {

    /** Overflows while the leases are due. */
    private static final long ORIGIN = OptionalLong.of(Long.MAX_VALUE - 5).getAsLong();

    private final LeaseSchedule schedule = new LeaseSchedule(ORIGIN);

    private static Lease lease(String name, int port) {
        return new Lease(new Announcement(name, "", Endpoint.of("10.0.0.5", port)), 7);
    }

    @Test
    void first_ofNone_isNone() {
        assertThat(schedule.first()).isEmpty();
        assertThat(schedule.untilFirst(ORIGIN)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void first_acrossTheOverflow_isTheOneDueFirst() {
        schedule.put(lease("late", 1), ORIGIN + 20);
        schedule.put(lease("early", 1), ORIGIN + 2);

        assertThat(schedule.first()).contains(lease("early", 1));
        assertThat(schedule.untilFirst(ORIGIN + 1)).isEqualTo(1);
        assertThat(schedule.untilFirst(ORIGIN + 10)).isEqualTo(-8);
    }

    @Test
    void put_sameName_takesItsPlace() {
        schedule.put(lease("fox", 1), ORIGIN + 1);
        schedule.put(lease("fox", 2), ORIGIN + 5);

        assertThat(schedule.first()).contains(lease("fox", 2));
        schedule.remove(lease("fox", 1));
        assertThat(schedule.get("fox")).contains(lease("fox", 2));
        schedule.remove(lease("fox", 2));
        assertThat(schedule.first()).isEmpty();
    }

    @Test
    void remove_underAnotherAppsName_removesIt() {
        schedule.put(lease("fox", 1), ORIGIN + 1);
        schedule.remove(new Lease(new Announcement("fox", "owls", Endpoint.of("10.0.0.5", 1)), 9));

        assertThat(schedule.get("fox")).isEmpty();
    }
}
