package io.forrest.haproxy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The configuration of an HAProxy for tests, as text. Immutable and thread-safe. */
record HaproxyConfiguration(
        String level,
        String balance,
        boolean withPage,
        boolean withLegends,
        Optional<String> auth,
        boolean backendApart,
        List<String> globalLines,
        List<String> defaultsLines,
        List<String> backendLines) {

    static final String BACKEND = "app";

    /** Copies the lists. */
    HaproxyConfiguration {
        globalLines = List.copyOf(globalLines);
        defaultsLines = List.copyOf(defaultsLines);
        backendLines = List.copyOf(backendLines);
    }

    /** Returns the main file. */
    String main(String directory, int frontendPort, int pagePort, int socketPort) {
        String rights = "level " + level;
        return """
                global
                    maxconn 2000
                    stats socket %1$s/admin.sock mode 666 %2$s expose-fd listeners
                    stats socket ipv4@127.0.0.1:%3$d %2$s
                    stats timeout 30s
                    hard-stop-after 30s
                %4$sdefaults
                    mode http
                    timeout connect 2s
                    timeout client 30s
                    timeout server 30s
                    timeout queue 5s
                    retries 3
                    option redispatch
                    option idle-close-on-response
                %5$sfrontend app_in
                    bind 127.0.0.1:%6$d
                    default_backend %7$s
                """.formatted(
                                directory,
                                rights,
                                socketPort,
                                indented(globalLines),
                                indented(defaultsLines),
                                frontendPort,
                                BACKEND)
                + (backendApart ? "" : backend())
                + (withPage ? page(pagePort) : "");
    }

    /** Returns the section of the backend alone. */
    String backend() {
        return "backend " + BACKEND + "\n    balance " + balance + "\n" + indented(backendLines);
    }

    private String page(int port) {
        return "listen stats\n    bind 127.0.0.1:" + port + "\n    stats enable\n    stats uri /haproxy?stats\n"
                + auth.map(user -> "    stats auth " + user + "\n").orElse("")
                + (withLegends ? "    stats show-legends\n" : "");
    }

    private static String indented(List<String> lines) {
        return lines.stream().map(line -> "    " + line + "\n").collect(Collectors.joining());
    }
}
