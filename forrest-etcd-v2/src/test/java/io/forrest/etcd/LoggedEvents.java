package io.forrest.etcd;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What a class logs until it is closed. Thread-safe. */
final class LoggedEvents extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final Logger logger;

    private LoggedEvents(Logger logger) {
        this.logger = logger;
    }

    static LoggedEvents of(Class<?> owner) {
        Logger logger = (Logger) LoggerFactory.getLogger(owner);
        LoggedEvents events = new LoggedEvents(logger);
        events.setContext(logger.getLoggerContext());
        events.start();
        logger.addAppender(events);
        return events;
    }

    List<ILoggingEvent> events() {
        return List.copyOf(events);
    }

    List<String> messages() {
        return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        stop();
    }
}
