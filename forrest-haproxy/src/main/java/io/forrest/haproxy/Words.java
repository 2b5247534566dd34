package io.forrest.haproxy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Says in one line why something could not be asked or done. */
final class Words {

    private Words() {}

    static String of(IOException e) {
        String message = e.getMessage();
        if (e instanceof NoSuchFileException) {
            return "no such file: " + message;
        }
        return message == null ? e.getClass().getSimpleName() : message.replaceAll("[\\s\\p{Cntrl}]+", " ");
    }
}
