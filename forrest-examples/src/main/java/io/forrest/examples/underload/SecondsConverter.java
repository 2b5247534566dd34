package io.forrest.examples.underload;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads times as {@code 3s}. Immutable and thread-safe. */
final class SecondsConverter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        if (!text.matches("\\d{1,4}s")) {
            throw new TypeConversionException("a time needs a number and an s, 3s say");
        }
        return Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
    }
}
