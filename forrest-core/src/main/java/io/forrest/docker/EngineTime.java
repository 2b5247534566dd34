package io.forrest.docker;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the time that an engine tells. Docker Engine API v1.41, SystemInfo, {@code SystemTime}; not every engine has it. */
final class EngineTime {

    private static final Logger LOG = LoggerFactory.getLogger(DockerRuntime.class);

    private EngineTime() {}

    /** Returns the time; empty if there is none, or it is none. */
    static Optional<Instant> read(@Nullable String told) {
        if (told == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(told).toInstant());
        } catch (DateTimeException e) {
            LOG.debug("the engine tells a time that is none: {}", told, e);
            return Optional.empty();
        }
    }
}
