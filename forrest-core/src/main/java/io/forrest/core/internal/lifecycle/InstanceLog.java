package io.forrest.core.internal.lifecycle;

import org.slf4j.spi.LoggingEventBuilder;

/**
 * Gives each line of the log that is about one instance the same two keys, so that whoever collects the log can ask for all
 * that was said of it. Thread-safe.
 */
public final class InstanceLog {

    /** The key of the name that the instances of one service share. */
    public static final String APP = "app";

    /** The key of the instance's name. */
    public static final String INSTANCE = "instance";

    private InstanceLog() {}

    /** Has a line say which instance it is about; beside its text, which names it too. */
    public static LoggingEventBuilder about(LoggingEventBuilder line, String app, String instance) {
        return line.addKeyValue(APP, app).addKeyValue(INSTANCE, instance);
    }
}
