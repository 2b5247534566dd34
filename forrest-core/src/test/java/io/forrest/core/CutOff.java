package io.forrest.core;

import io.forrest.Instance;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.ProcessMark;
import io.forrest.core.internal.record.StoredRecord;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Leaves in a world what a process leaves that is cut off at its work. */
final class CutOff {

    /** The mark of a process that certainly has ended: this one's, had it been started at another time. */
    static final String DEAD = ProcessMark.own() + "0";

    private final FakeWorld world;
    private final InstanceRecords records;

    CutOff(FakeWorld world) {
        this.world = world;
        this.records = new InstanceRecords(world.registry.records(), world.registry.prefix());
    }

    private static String worker(boolean dead) {
        return dead ? DEAD : ProcessMark.own();
    }

    /** Leaves an instance whose launch was cut off before it was announced or held. */
    Instance launching(boolean dead, Intent aim) {
        return cutOff(world.launch().start(), aim, worker(dead));
    }

    /** Makes a held instance one whose launch was cut off with its process. */
    Instance cutOff(Instance instance, Intent aim) {
        return cutOff(instance, aim, DEAD);
    }

    private Instance cutOff(Instance instance, Intent aim, String worker) {
        change(
                instance.name(),
                record -> new InstanceRecord(
                        record.engine(),
                        record.launch(),
                        record.app(),
                        record.image(),
                        Intent.LAUNCHING,
                        record.container(),
                        record.endpoint(),
                        record.drainFor(),
                        record.stopGrace(),
                        record.launchBy(),
                        null,
                        aim,
                        worker));
        return instance;
    }

    /** Has a record say nothing of where its instance answers, as before its engine had told. */
    void forgetEndpoint(Instance instance) {
        change(instance.name(), record -> record.at(instance.id(), null));
    }

    /** Leaves an instance whose retirement was cut off before its key was taken back. */
    Instance retiring(boolean dead) {
        return retireCutOff(world.launch().drainFor(Duration.ofSeconds(3)).announce(), worker(dead));
    }

    /** Makes an announced instance one whose retirement was cut off with its process. */
    void retireCutOff(Instance instance) {
        retireCutOff(instance, DEAD);
    }

    private Instance retireCutOff(Instance instance, String worker) {
        change(instance.name(), record -> record.retiring(world.time.now(), worker, null));
        return instance;
    }

    private void change(String name, UnaryOperator<InstanceRecord> change) {
        StoredRecord found = records.find(name).orElseThrow();
        var unused = records.replace(name, found, change.apply(found.value())).orElseThrow();
    }
}
