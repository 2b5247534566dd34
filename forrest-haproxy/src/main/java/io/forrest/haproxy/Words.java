package io.forrest.haproxy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in one line why something could not be asked or done. */
final class Words {

    private Words() {}

    static String of(IOException e) {
        String message = e.getMessage();
        if (message == null || message.isBlank()) {
            return e.getClass().getSimpleName();
        }
        return (kind(e) + message).replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }

    /** Returns what the message of a file's failure leaves out, for it often has the file alone. */
    private static String kind(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file: ";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied: ";
        }
        return e instanceof FileSystemException ? e.getClass().getSimpleName() + ": " : "";
    }
}
