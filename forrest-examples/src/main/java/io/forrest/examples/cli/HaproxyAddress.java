package io.forrest.examples.cli;

import io.forrest.haproxy.HaproxyInstance;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An HAProxy that {@code --haproxy} or {@code FORREST_HAPROXY} names. Immutable and thread-safe.
 *
 * @param uri its statistics page or socket, without credentials
 * @param credentials what the page is to be told, where anything is
 * @param settings what else is said of it, by its name: {@code master}, {@code template}, {@code file}
 */
record HaproxyAddress(URI uri, Optional<EtcdHosts.Credentials> credentials, Map<String, String> settings) {

    private static final Set<String> SETTINGS = Set.of("master", "template", "file");
    private static final String HOW = "an HAProxy is given as unix:///path, tcp://host:port or the http(s) URL of its"
            + " statistics page, and several with commas between them";

    HaproxyAddress {
        settings = Map.copyOf(settings);
    }

    /**
     * Reads HAProxies, with commas between them; a setting of one follows it after a comma: {@code
     * unix:///a.sock,master=unix:///m.sock,unix:///b.sock}.
     *
     * @throws IllegalArgumentException if the text is anything else; the message repeats nothing that may be a password
     */
    static List<HaproxyAddress> parse(String text) {
        List<HaproxyAddress> found = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String given = part.strip();
            String name = given.substring(0, Math.max(0, given.indexOf('=')));
            if (SETTINGS.contains(name)) {
                if (found.isEmpty()) {
                    throw new IllegalArgumentException(name + "= belongs to the HAProxy before it, and there is none");
                }
                int last = found.size() - 1;
                found.set(last, found.get(last).with(name, given.substring(name.length() + 1)));
            } else {
                found.add(of(given));
            }
        }
        found.forEach(HaproxyAddress::requireWhole);
        return List.copyOf(found);
    }

    private static HaproxyAddress of(String given) {
        try {
            URI uri = new URI(given);
            boolean page = isPage(uri);
            if (page) {
                uri = uri.parseServerAuthority();
            }
            String userInfo = uri.getUserInfo();
            if (page && uri.getHost() != null && userInfo != null) {
                return new HaproxyAddress(
                        URI.create(given.replace(uri.getRawUserInfo() + "@", "")),
                        Optional.of(EtcdHosts.credentials(userInfo, "HAProxy")),
                        Map.of());
            }
            if ((page && uri.getHost() != null) || Set.of("unix", "tcp").contains(String.valueOf(uri.getScheme()))) {
                return new HaproxyAddress(uri, Optional.empty(), Map.of());
            }
        } catch (URISyntaxException e) {
            // said below, without the text that the exception repeats
        }
        throw new IllegalArgumentException(HOW);
    }

    private static boolean isPage(URI uri) {
        return "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    }

    private HaproxyAddress with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        if (value.isEmpty() || more.put(name, value) != null) {
            throw new IllegalArgumentException(name + "= needs one value for each HAProxy");
        }
        return new HaproxyAddress(uri, credentials, more);
    }

    private void requireWhole() {
        if (isPage() && !settings.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join("=, ", settings.keySet()) + "= is for an HAProxy that is given by its socket");
        }
        if (settings.containsKey("template") != settings.containsKey("file")) {
            throw new IllegalArgumentException("template= and file= belong together, for " + this);
        }
    }

    /** Returns whether it is a page, which can be read and through which nothing can be driven. */
    boolean isPage() {
        return isPage(uri);
    }

    /** Returns the socket of its master. */
    Optional<URI> master() {
        return Optional.ofNullable(settings.get("master")).map(text -> {
            try {
                return new URI(text);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException("a master's socket is given as unix:///path or tcp://host:port", e);
            }
        });
    }

    /**
     * Returns how a driver finds it.
     *
     * @throws IllegalArgumentException if none can
     */
    HaproxyInstance instance() {
        if (isPage()) {
            throw new IllegalArgumentException(
                    "an HAProxy is driven through its socket, unix:///path or tcp://host:port, and not through "
                            + this);
        }
        HaproxyInstance instance = HaproxyInstance.at(uri);
        instance = master().map(instance::masterSocket).orElse(instance);
        String template = settings.get("template");
        String file = settings.get("file");
        return template == null || file == null ? instance : instance.configuration(path(template), path(file));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not a file's name: " + text, e);
        }
    }

    /** Returns where it is, without credentials. */
    @Override
    public String toString() {
        return uri.toString();
    }
}
