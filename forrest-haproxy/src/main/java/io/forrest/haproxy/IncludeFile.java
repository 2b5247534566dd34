package io.forrest.haproxy;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of HAProxy's configuration that has the servers in it, so that a reload or a restart begins with them. What stands
 * around them is a template of the user's. Not thread-safe; confine it to one thread.
 */
final class IncludeFile {

    /** The line of the template, in a backend's section, that the servers take the place of. */
    static final String MARK = "# forrest: servers";

    private static final Pattern SECTION = Pattern.compile("([a-z][a-z0-9-]*)(?:\\s+(\\S+))?.*");
    private static final Set<String> SECTIONS = Set.of(
            "global",
            "defaults",
            "frontend",
            "backend",
            "listen",
            "resolvers",
            "peers",
            "userlist",
            "cache",
            "program",
            "mailers",
            "ring",
            "log-forward",
            "http-errors",
            "fcgi-app");

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path template;
    private final Path file;

    IncludeFile(Path template, Path file) {
        this.template = template;
        this.file = file;
    }

    /**
     * Sees to it that the template has a place for the servers of each backend.
     *
     * @throws IOException if it cannot be read, or has none
     */
    void requirePlaces(Collection<String> backends) throws IOException {
        requirePlaces(template(), backends);
    }

    private void requirePlaces(String text, Collection<String> backends) throws IOException {
        List<String> places = places(text);
        Set<String> missing = new HashSet<>(backends);
        missing.removeAll(places);
        if (new HashSet<>(places).size() < places.size()) {
            throw new IOException("the template " + template + " has the line \"" + MARK
                    + "\" twice in one section, and a server can be there once");
        }
        if (!missing.isEmpty()) {
            throw new IOException("the template " + template + " has no line \"" + MARK
                    + "\" in the section of backend " + String.join(", ", missing));
        }
    }

    /**
     * Writes the file, unless it says so already: a reader sees the old one or the new one, and never a part.
     *
     * @param servers what each backend shall have
     * @throws IOException if the template cannot be read or has no place for them, or the file cannot be written; the file is as
     *     it was
     */
    void write(Map<String, Map<String, Target>> servers) throws IOException {
        String template = template();
        requirePlaces(template, servers.keySet());
        String text = render(template, servers);
        try {
            if (!Files.exists(file) || !Files.readString(file).equals(text)) {
                replace(text);
            }
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + Words.of(e), e);
        }
    }

    private String template() throws IOException {
        try {
            return Files.readString(template);
        } catch (CharacterCodingException e) {
            throw new IOException("the template " + template + " is not in UTF-8", e);
        }
    }

    private void replace(String text) throws IOException {
        Path next = file.toAbsolutePath().resolveSibling("." + file.getFileName() + ".next");
        try {
            Files.deleteIfExists(next); // of a driver that was killed
            boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            Files.createFile(next, posix ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0]);
            Files.write(
                    next, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
            if (posix) {
                // Whoever may read the template, HAProxy under a user of its own say, may read what comes of it, and
                // nobody else
                Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(template));
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private static List<String> places(String template) {
        List<String> places = new ArrayList<>();
        String backend = null;
        for (String line : template.lines().toList()) {
            backend = backendAfter(line, backend);
            if (backend != null && line.strip().equals(MARK)) {
                places.add(backend);
            }
        }
        return places;
    }

    /** Puts servers into a template. A pure function. */
    static String render(String template, Map<String, Map<String, Target>> servers) {
        StringBuilder text =
                new StringBuilder("# Written by Forrest from what is announced. Edit its template instead.\n");
        String backend = null;
        for (String line : template.lines().toList()) {
            backend = backendAfter(line, backend);
            if (backend != null && line.strip().equals(MARK)) {
                String indent = line.substring(0, line.indexOf('#'));
                new TreeMap<>(servers.getOrDefault(backend, Map.of()))
                        .forEach((instance, target) -> text.append(indent)
                                .append(server(instance, target))
                                .append('\n'));
            } else {
                text.append(line).append('\n');
            }
        }
        return text.toString();
    }

    /** Returns the backend in whose section the next line stands; null if in none. */
    private static @Nullable String backendAfter(String line, @Nullable String before) {
        Matcher section = SECTION.matcher(line.strip());
        if (!section.matches() || !SECTIONS.contains(section.group(1))) {
            return before;
        }
        boolean holdsServers =
                section.group(1).equals("backend") || section.group(1).equals("listen");
        return holdsServers ? section.group(2) : null;
    }

    private static String server(String instance, Target target) {
        return "server " + ServerName.driven(instance) + " " + ServerCommands.address(target.endpoint()) + " weight "
                + target.weight() + " " + ServerCommands.SETTINGS;
    }
}
