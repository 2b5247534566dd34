package io.forrest.core.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RecordJsonTest {

    private static final InstanceRecord FULL = new InstanceRecord(
            "engine-1",
            "5e2f0f2c",
            "myapp",
            "demo/myapp:v2",
            Intent.HELD,
            "c0ffee",
            Endpoint.parse("[fd00::5]:32768"),
            Duration.ofMillis(1_500),
            Duration.ofSeconds(10),
            Instant.parse("2026-01-01T12:00:00.000000001Z"),
            Instant.parse("2026-01-01T12:00:05Z"),
            Intent.HELD,
            "boot/namespace/4711/42");

    private static final String FULL_JSON = "{\"engine\":\"engine-1\",\"launch\":\"5e2f0f2c\",\"app\":\"myapp\","
            + "\"image\":\"demo/myapp:v2\",\"intent\":\"HELD\",\"container\":\"c0ffee\","
            + "\"endpoint\":\"[fd00:0:0:0:0:0:0:5]:32768\",\"drainFor\":\"PT1.5S\",\"stopGrace\":\"PT10S\","
            + "\"launchBy\":\"2026-01-01T12:00:00.000000001Z\",\"withdrawn\":\"2026-01-01T12:00:05Z\","
            + "\"aim\":\"HELD\",\"worker\":\"boot/namespace/4711/42\"}";

    @Provide
    Arbitrary<InstanceRecord> records() {
        Arbitrary<String> text = Arbitraries.strings().all().ofMaxLength(20);
        Arbitrary<Duration> time =
                Arbitraries.longs().between(0, Duration.ofDays(1).toNanos()).map(Duration::ofNanos);
        Arbitrary<Instant> moment = Combinators.combine(
                        Arbitraries.longs().between(-62_135_596_800L, 253_402_300_799L),
                        Arbitraries.integers().between(0, 999_999_999))
                .as(Instant::ofEpochSecond);
        Arbitrary<Endpoint> endpoint = Combinators.combine(
                        Arbitraries.oneOf(addresses(4), addresses(16)),
                        Arbitraries.integers().between(1, 65_535))
                .as(Endpoint::new);
        return Combinators.combine(text, text, text, text, Arbitraries.of(Intent.class), time, time)
                .as((engine, launch, app, image, intent, drainFor, stopGrace) -> new InstanceRecord(
                        engine, launch, app, image, intent, null, null, drainFor, stopGrace, Instant.EPOCH, null))
                .flatMap(record -> Combinators.combine(
                                text.injectNull(0.3),
                                endpoint.injectNull(0.3),
                                moment,
                                moment.injectNull(0.3),
                                Arbitraries.of(Intent.LIVE, Intent.HELD),
                                text.injectNull(0.3))
                        .as((container, where, launchBy, withdrawn, aim, worker) -> new InstanceRecord(
                                record.engine(),
                                record.launch(),
                                record.app(),
                                record.image(),
                                record.intent(),
                                container,
                                where,
                                record.drainFor(),
                                record.stopGrace(),
                                launchBy,
                                withdrawn,
                                aim,
                                worker)));
    }

    private static Arbitrary<InetAddress> addresses(int length) {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofSize(length)
                .map(RecordJsonTest::address)
                .filter(address -> !address.isAnyLocalAddress() && !address.isMulticastAddress());
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Property
    void read_written_isTheSame(@ForAll("records") InstanceRecord value) {
        String text = RecordJson.write(value, null);

        assertThat(RecordJson.read(text)).contains(value);
        assertThat(RecordJson.write(RecordJson.read(text).orElseThrow(), null))
                .as("what fences the next write")
                .isEqualTo(text);
    }

    @Property
    void read_anyText_isEmptyOrARecord(@ForAll String text) {
        assertThat(RecordJson.read(text)).isEmpty();
    }

    /** A record that was cut off must not pass for one that never had the rest. */
    @Property
    void read_cutOff_isEmpty(@ForAll("records") InstanceRecord value, @ForAll double share) {
        String text = RecordJson.write(value, null);
        int length = (int) (Math.abs(share % 1) * text.length());

        assertThat(RecordJson.read(text.substring(0, length))).isEmpty();
    }

    @Example
    void write_inPlaceOfAnOlderText_keepsTheFieldsOfLaterVersions() {
        String text = RecordJson.write(FULL, "{\"engine\":\"old\",\"generation\":7}");

        assertThat(text).contains("\"generation\":7").doesNotContain("old");
    }

    @Example
    void write_full_isWhatOtherVersionsRead() {
        assertThat(RecordJson.write(FULL, null)).isEqualTo(FULL_JSON);
        assertThat(RecordJson.read(FULL_JSON)).contains(FULL);
    }

    @Example
    void read_withoutAimAndWorker_isToBeAnnouncedByNobody() {
        InstanceRecord read = RecordJson.read(
                        FULL_JSON.replace("\"aim\"", "\"other\"").replace("\"worker\"", "\"more\""))
                .orElseThrow();

        assertThat(read.aim()).isEqualTo(Intent.LIVE);
        assertThat(read.worker()).isNull();
    }

    @Example
    void read_unknownFields_areSkipped() {
        String later = FULL_JSON.replaceFirst("\\{", "{\"later\":{\"a\":[1,null]},\"more\":7,");

        assertThat(RecordJson.read(later)).contains(FULL);
    }

    @Example
    void read_nullField_isAsIfMissing() {
        assertThat(RecordJson.read(FULL_JSON.replace("\"c0ffee\"", "null"))
                        .orElseThrow()
                        .container())
                .isNull();
        assertThat(RecordJson.read(FULL_JSON.replace("\"myapp\"", "null"))).isEmpty();
    }

    private static void assertDamaged(String text) {
        assertThat(RecordJson.read(text)).as(text).isEmpty();
    }

    @Example
    void read_requiredFieldMissing_isEmpty() {
        for (String field :
                new String[] {"engine", "launch", "app", "image", "intent", "drainFor", "stopGrace", "launchBy"}) {
            assertDamaged(FULL_JSON.replace("\"" + field + "\":", "\"other\":"));
        }
    }

    @Example
    void read_damaged_isEmpty() {
        assertDamaged("");
        assertDamaged(" ");
        assertDamaged("null");
        assertDamaged("[]");
        assertDamaged("7");
        assertDamaged("\"text\"");
        assertDamaged("{}");
        assertDamaged("{");
        assertDamaged("<html>Welcome</html>");
        assertDamaged("[".repeat(100_000));
        assertDamaged("[" + FULL_JSON + "]");
        assertDamaged(FULL_JSON + "}");
        assertDamaged(FULL_JSON + FULL_JSON);
        assertDamaged(FULL_JSON.replace("\"intent\":\"HELD\"", "\"intent\":\"held\""));
        assertDamaged(FULL_JSON.replace("\"intent\":\"HELD\"", "\"intent\":\"FROZEN\""));
        assertDamaged(FULL_JSON.replace("\"aim\":\"HELD\"", "\"aim\":\"FROZEN\""));
        assertDamaged(FULL_JSON.replace("[fd00:0:0:0:0:0:0:5]:32768", "example.com:80"));
        assertDamaged(FULL_JSON.replace("[fd00:0:0:0:0:0:0:5]:32768", "0.0.0.0:80"));
        assertDamaged(FULL_JSON.replace("PT1.5S", "1500"));
        assertDamaged(FULL_JSON.replace("\"PT1.5S\"", "1500"));
        assertDamaged(FULL_JSON.replace("PT1.5S", "PT" + "9".repeat(30) + "H"));
        assertDamaged(FULL_JSON.replace("2026-01-01T12:00:05Z", "yesterday"));
    }

    /** Taken as missing, a moment of another type would say that the instance was never announced, and need not drain. */
    @Example
    void read_fieldOfAnotherType_isEmpty() {
        assertDamaged(FULL_JSON.replace("\"2026-01-01T12:00:05Z\"", "1767268805"));
        assertDamaged(FULL_JSON.replace("\"c0ffee\"", "[\"c0ffee\"]"));
        assertDamaged(FULL_JSON.replace("\"[fd00:0:0:0:0:0:0:5]:32768\"", "{\"host\":\"fd00::5\",\"port\":32768}"));
    }
}
