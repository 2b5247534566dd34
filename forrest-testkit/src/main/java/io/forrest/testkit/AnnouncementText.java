package io.forrest.testkit;

import io.forrest.Endpoint;
import io.forrest.Names;
import io.forrest.spi.Announcement;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what stands in a registry in memory as announcements. Immutable and thread-safe. */
final class AnnouncementText {

    private AnnouncementText() {}

    /** Returns the announcements by name, without what is none. */
    static SortedMap<String, Announcement> readAll(SortedMap<String, String> values) {
        SortedMap<String, Announcement> announcements = new TreeMap<>();
        values.forEach((name, text) -> {
            Announcement announcement = read(name, text);
            if (announcement != null) {
                announcements.put(name, announcement);
            }
        });
        return announcements;
    }

    /** Returns the announcement; null if the name is none that an instance can have, or the text is no endpoint. */
    static @Nullable Announcement read(String name, @Nullable String text) {
        if (text == null || !Names.isName(name)) {
            return null;
        }
        try {
            return new Announcement(name, "", Endpoint.parse(text));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
