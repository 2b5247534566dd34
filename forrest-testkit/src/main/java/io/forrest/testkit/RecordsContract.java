package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every registry does with records, as tests. Not thread-safe; confine it to one thread. */
abstract class RecordsContract extends RegistryFixture {

    private static final RecordKey KEY = new RecordKey(FOLDER, "brave-fox");
    private static final int LARGE = 64 * 1024;
    private static final int WRITERS = 4;
    private static final int INCREMENTS = 25;

    private Records records() {
        return registry().records();
    }

    @Test
    void get_absentRecord_isEmpty() {
        assertThat(records().get(KEY)).isEmpty();
    }

    @Test
    void compareAndSet_expectingNone_createsOnce() {
        assertThat(records().compareAndSet(KEY, null, "first")).isTrue();
        assertThat(another().records().compareAndSet(KEY, null, "second")).isFalse();

        assertThat(records().get(KEY)).contains("first");
        assertThat(another().records().get(KEY)).contains("first");
    }

    @Test
    void compareAndSet_expectingWhatStands_writes() {
        assertThat(records().compareAndSet(KEY, null, "first")).isTrue();
        assertThat(another().records().compareAndSet(KEY, "first", "second")).isTrue();

        assertThat(records().get(KEY)).contains("second");
    }

    @Test
    void compareAndSet_expectingAnother_leavesWhatStands() {
        assertThat(records().compareAndSet(KEY, null, "first")).isTrue();
        assertThat(records().compareAndSet(KEY, "other", "second")).isFalse();

        assertThat(records().get(KEY)).contains("first");
    }

    @Test
    void compareAndSet_expectingOneWhereNoneIs_createsNone() {
        assertThat(records().compareAndSet(KEY, "first", "second")).isFalse();

        assertThat(records().get(KEY)).isEmpty();
    }

    @Test
    void compareAndSet_byManyAtOnce_losesNoIncrement() {
        List<Callable<Boolean>> writers = IntStream.range(0, WRITERS)
                .<Callable<Boolean>>mapToObj(writer -> {
                    Records own = another().records();
                    return () -> {
                        for (int i = 0; i < INCREMENTS; i++) {
                            increment(own, writer);
                        }
                        return true;
                    };
                })
                .toList();
        assertThat(SideBySide.run(writers)).containsOnly(true);

        assertThat(records().get(KEY).map(RecordsContract::count)).contains(WRITERS * INCREMENTS);
    }

    /** Counts one up; the writer stands in the text, so that no two writers ever write the same. */
    private static void increment(Records records, int writer) {
        boolean done;
        do {
            Optional<String> standing = records.get(KEY);
            int next = standing.map(RecordsContract::count).orElse(0) + 1;
            done = records.compareAndSet(KEY, standing.orElse(null), next + " by " + writer);
        } while (!done);
    }

    private static int count(String text) {
        return Integer.parseInt(text.substring(0, text.indexOf(' ')));
    }

    @Test
    void compareAndSet_createdByManyAtOnce_isTrueForOne() {
        for (int round = 0; round < INCREMENTS; round++) {
            RecordKey key = new RecordKey(FOLDER, "round-" + round);
            Records left = records();
            Records right = another().records();
            assertThat(SideBySide.run(List.<Callable<Boolean>>of(
                            () -> left.compareAndSet(key, null, "left"),
                            () -> right.compareAndSet(key, null, "right"))))
                    .as(key.toString())
                    .containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void anyText_writtenReadReplacedAndDeleted_comesBackAsItWas() {
        for (String text : List.of(
                "{\"intent\":\"LIVE\",\"nested\":{\"a\":[1,2,null]}}",
                "two\nlines\r\nand\ta tab",
                "Grüße, 名前, \uD83E\uDD8A",
                "a=b&c=d+e%20f%zz;<>?#/\\\"'",
                " blanks around ",
                "",
                "\u0001\u007f",
                "x".repeat(LARGE),
                "ß".repeat(LARGE / 2))) {
            String shown = text.substring(0, Math.min(text.length(), 40));
            assertThat(records().compareAndSet(KEY, null, text)).as(shown).isTrue();
            assertThat(records().get(KEY)).as(shown).contains(text);
            assertThat(records().list(FOLDER)).as(shown).containsExactly(Map.entry("brave-fox", text));
            assertThat(records().compareAndSet(KEY, text + "!", "wrong"))
                    .as(shown)
                    .isFalse();
            assertThat(records().compareAndSet(KEY, text, text + "?")).as(shown).isTrue();
            assertThat(records().delete(KEY, text)).as(shown).isFalse();
            assertThat(records().delete(KEY, text + "?")).as(shown).isTrue();
            assertThat(records().get(KEY)).as(shown).isEmpty();
        }
    }

    @Test
    void delete_expectingWhatStands_isGoneForEveryRegistry() {
        assertThat(records().compareAndSet(KEY, null, "first")).isTrue();
        assertThat(records().delete(KEY, "first")).isTrue();

        assertThat(another().records().get(KEY)).isEmpty();
        assertThat(records().list(FOLDER)).isEmpty();
    }

    @Test
    void delete_expectingAnother_leavesWhatStands() {
        assertThat(records().compareAndSet(KEY, null, "first")).isTrue();
        assertThat(records().delete(KEY, "other")).isFalse();

        assertThat(records().get(KEY)).contains("first");
    }

    @Test
    void delete_thrice_isDoneEachTime() {
        assertThat(records().compareAndSet(KEY, null, "first")).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(records().delete(KEY, "first")).isTrue();
        }
    }

    @Test
    void delete_absentRecord_isDone() {
        assertThat(records().delete(KEY, "first")).isTrue();
    }

    @Test
    void list_ofAbsentFolder_isEmpty() {
        assertThat(records().list(FOLDER)).isEmpty();
    }

    @Test
    void list_ofFolder_hasItsRecordsAlone() {
        Map<String, String> expected = new TreeMap<>();
        for (String name : List.of("brave-fox", "a.b_c-d", "Upper", "z".repeat(64))) {
            expected.put(name, "value of " + name);
            assertThat(records().compareAndSet(new RecordKey(FOLDER, name), null, "value of " + name))
                    .isTrue();
        }
        RecordKey sibling = new RecordKey(FOLDER + "s", "brave-fox");
        assertThat(records().compareAndSet(sibling, null, "sibling")).isTrue();
        assertThat(under(prefix() + "-2").records().compareAndSet(KEY, null, "elsewhere"))
                .isTrue();

        assertThat(another().records().list(FOLDER)).isEqualTo(expected);
        assertThat(records().list(FOLDER + "s")).containsExactly(Map.entry("brave-fox", "sibling"));
    }

    @Test
    void list_ofMalformedFolder_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> records().list("../servers"));
    }

    @Test
    void records_interruptedBefore_throwSoonAndKeepTheStatus() {
        Records records = records();

        assertEndsWhenInterrupted(() -> records.get(KEY));
        assertEndsWhenInterrupted(() -> records.list(FOLDER));
        assertEndsWhenInterrupted(() -> records.compareAndSet(KEY, null, "first"));
        assertEndsWhenInterrupted(() -> records.delete(KEY, "first"));
    }
}
