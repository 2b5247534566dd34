package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says what the HAProxy of a test shall be like. By default it is {@link HaproxyVersion#DEFAULT} with one empty backend that
 * balances by {@code roundrobin}, sockets of level admin, and a statistics page for everybody with legends. Not thread-safe;
 * confine it to one thread.
 */
public final class HaproxyFixtureBuilder {

    private HaproxyVersion version = HaproxyVersion.DEFAULT;
    private String level = "admin";
    private String balance = "roundrobin";
    private boolean withPage = true;
    private boolean withLegends = true;
    private Optional<String> auth = Optional.empty();
    private Optional<Path> include = Optional.empty();
    private final List<String> globalLines = new ArrayList<>();
    private final List<String> defaultsLines = new ArrayList<>();
    private final List<String> backendLines = new ArrayList<>();

    HaproxyFixtureBuilder() {}

    /** Has it be of a version. */
    public HaproxyFixtureBuilder version(HaproxyVersion version) {
        this.version = requireNonNull(version, "version");
        return this;
    }

    /** Has it be {@link HaproxyVersion#NEWER}. */
    public HaproxyFixtureBuilder newer() {
        return version(HaproxyVersion.NEWER);
    }

    /** Sets how the backend balances: {@code leastconn}, {@code static-rr}, {@code source} ... */
    public HaproxyFixtureBuilder balance(String algorithm) {
        this.balance = requireNonNull(algorithm, "algorithm");
        return this;
    }

    /** Gives whoever uses the statistics sockets the level operator: to look, and not to change. */
    public HaproxyFixtureBuilder operatorLevel() {
        this.level = "operator";
        return this;
    }

    /**
     * Has the backend stand in a second file, which the test may replace before a {@link HaproxyFixture#reload()}.
     *
     * @param file on this host; where there is none yet, one is written with an empty backend. Its directory, and the file
     *     itself, become readable for all: HAProxy may run as another user
     */
    public HaproxyFixtureBuilder include(Path file) {
        this.include = Optional.of(file.toAbsolutePath());
        return this;
    }

    /** Adds a line to the section {@code global}. */
    public HaproxyFixtureBuilder globalLine(String line) {
        globalLines.add(line);
        return this;
    }

    /** Adds a line to the section {@code defaults}, after the usual ones, so that it overrides them. */
    public HaproxyFixtureBuilder defaultsLine(String line) {
        defaultsLines.add(line);
        return this;
    }

    /** Adds a line to the backend: {@code server by-hand 127.0.0.1:8080}, say, or {@code option httpchk}. */
    public HaproxyFixtureBuilder backendLine(String line) {
        backendLines.add(line);
        return this;
    }

    /** Has the statistics page ask for a user and a password. */
    public HaproxyFixtureBuilder statsAuth(String user, String password) {
        this.auth = Optional.of(user + ":" + password);
        return this;
    }

    /** Sets whether the statistics page shows servers' addresses ({@code stats show-legends}). */
    public HaproxyFixtureBuilder legends(boolean legends) {
        this.withLegends = legends;
        return this;
    }

    /** Leaves out the statistics page: nothing listens on its port. */
    public HaproxyFixtureBuilder withoutPage() {
        this.withPage = false;
        return this;
    }

    /** Starts it and returns once it answers. If it throws, nothing is left behind. */
    public HaproxyFixture start() {
        HaproxyConfiguration configuration = new HaproxyConfiguration(
                level,
                balance,
                withPage,
                withLegends,
                auth,
                include.isPresent(),
                globalLines,
                defaultsLines,
                backendLines);
        return HaproxyFixture.start(version, configuration, include);
    }
}
