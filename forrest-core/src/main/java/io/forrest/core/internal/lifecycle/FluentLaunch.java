package io.forrest.core.internal.lifecycle;

import static java.util.Objects.requireNonNull;

import io.forrest.ByteSize;
import io.forrest.Fleet;
import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.Mount;
import io.forrest.Names;
import io.forrest.PullPolicy;
import io.forrest.Readiness;
import io.forrest.core.internal.concurrent.Durations;
import io.forrest.spi.ImageReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A launch whose every option is a copy with one thing changed. */
public final class FluentLaunch implements Launch {

    private static final int MAX_PORT = 65_535;
    private static final int MAX_COUNT = 1_000;
    private static final double MIN_CPUS = 0.01;
    private static final double MAX_CPUS = 10_000;
    private static final ByteSize MIN_MEMORY = ByteSize.mebibytes(6);

    private final Launcher launcher;
    private final LaunchOptions options;

    private FluentLaunch(Launcher launcher, LaunchOptions options) {
        this.launcher = launcher;
        this.options = options;
    }

    /** Returns the launch of an image, all of it at its defaults. */
    public static Launch of(Launcher launcher, String image) {
        return new FluentLaunch(launcher, new LaunchOptions(ImageReference.parse(image)));
    }

    private Launch with(Consumer<LaunchOptions> change) {
        LaunchOptions copy = new LaunchOptions(options);
        change.accept(copy);
        return new FluentLaunch(launcher, copy);
    }

    @Override
    public Launch app(String app) {
        Names.require(app, "app");
        return with(copy -> copy.app = app);
    }

    @Override
    public Launch named(String name) {
        Names.require(name, "name");
        return with(copy -> copy.name = name);
    }

    @Override
    public Launch port(int port) {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("a port must be from 1 to 65535, was " + port);
        }
        return with(copy -> copy.port = port);
    }

    @Override
    public Launch env(String name, String value) {
        requireVariable(name, value);
        if (options.secrets.containsKey(name)) {
            throw new IllegalArgumentException("the variable " + name + " is set as a secret already");
        }
        return with(copy -> copy.env.put(name, value));
    }

    @Override
    public Launch secret(String name, String value) {
        requireVariable(name, value);
        if (options.env.containsKey(name)) {
            throw new IllegalArgumentException("the variable " + name + " is set by env already");
        }
        return with(copy -> copy.secrets.put(name, value));
    }

    private static void requireVariable(String name, String value) {
        requireNonNull(name, "name");
        requireNonNull(value, "value");
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a variable's name must not be empty, nor have '=' or control characters");
        }
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the value of the variable " + name + " must not have a NUL");
        }
    }

    @Override
    public Launch command(String... command) {
        List<String> words = List.of(command);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command needs at least the program");
        }
        return with(copy -> copy.command = words);
    }

    @Override
    public Launch label(String name, String value) {
        requireNonNull(name, "name");
        requireNonNull(value, "value");
        if (name.isEmpty() || name.startsWith(Labels.OWN)) {
            throw new IllegalArgumentException("a label's name must not be empty, nor start with " + Labels.OWN);
        }
        return with(copy -> copy.labels.put(name, value));
    }

    @Override
    public Launch memory(ByteSize limit) {
        if (limit.bytes() < MIN_MEMORY.bytes()) {
            throw new IllegalArgumentException("a container needs " + MIN_MEMORY + " at least, was " + limit);
        }
        return with(copy -> copy.memory = limit);
    }

    @Override
    public Launch cpus(double cpus) {
        if (!(cpus >= MIN_CPUS && cpus <= MAX_CPUS)) {
            throw new IllegalArgumentException("processors must be from 0.01 to 10000, was " + cpus);
        }
        return with(copy -> copy.cpus = cpus);
    }

    @Override
    public Launch mount(Mount mount) {
        requireNonNull(mount, "mount");
        List<Mount> mounts = new ArrayList<>(options.mounts);
        for (Mount other : mounts) {
            if (other.target().equals(mount.target())) {
                throw new IllegalArgumentException(other.source() + " is mounted at " + other.target()
                        + " already, and so cannot be " + mount.source());
            }
        }
        mounts.add(mount);
        return with(copy -> copy.mounts = List.copyOf(mounts));
    }

    @Override
    public Launch network(String network) {
        requireNonNull(network, "network");
        if (!network.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
            throw new IllegalArgumentException("a network's name must consist of letters, digits, '_', '.' and '-'");
        }
        if (network.equals("host") || network.equals("none")) {
            throw new IllegalArgumentException(
                    "the network " + network + " publishes no port, so nothing could be announced");
        }
        return with(copy -> copy.network = network);
    }

    @Override
    public Launch pull(PullPolicy policy) {
        requireNonNull(policy, "policy");
        return with(copy -> copy.pull = policy);
    }

    @Override
    public Launch readyWhen(Readiness readiness) {
        requireNonNull(readiness, "readiness");
        return with(copy -> copy.readyWhen = readiness);
    }

    @Override
    public Launch readyWithin(Duration limit) {
        Durations.requireLimit(limit, "readyWithin");
        return with(copy -> copy.readyWithin = limit);
    }

    @Override
    public Launch drainFor(Duration time) {
        Durations.requireTime(time, "drainFor");
        return with(copy -> copy.drainFor = time);
    }

    @Override
    public Launch stopGrace(Duration time) {
        Durations.requireTime(time, "stopGrace");
        return with(copy -> copy.stopGrace = time);
    }

    @Override
    public Launch within(Duration limit) {
        Durations.requireLimit(limit, "within");
        return with(copy -> copy.within = limit);
    }

    @Override
    public Instance announce() {
        return launcher.announce(options);
    }

    @Override
    public CompletableFuture<Instance> announceAsync() {
        return launcher.announceAsync(options);
    }

    @Override
    public List<Instance> announce(int count) {
        if (count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException("the count must be from 1 to 1000, was " + count);
        }
        if (count > 1 && options.name != null) {
            throw new IllegalArgumentException("named(\"" + options.name + "\") and announce(" + count
                    + ") contradict each other: a name is for one");
        }
        return launcher.announce(options, count);
    }

    @Override
    public Instance start() {
        return launcher.start(options);
    }

    @Override
    public Fleet fleet() {
        return launcher.fleet(Template.of(options));
    }

    /** Returns the launch that a template stands for. */
    public static Launch of(Launcher launcher, Template template) {
        return new FluentLaunch(launcher, template.options());
    }

    /** Returns the template that a launch stands for, with another image. */
    public static Template template(Launch launch, String image) {
        LaunchOptions copy = new LaunchOptions(unnamed(launch));
        if (copy.app == null) {
            copy.app = Template.app(copy);
        }
        copy.image = ImageReference.parse(image);
        return Template.of(copy);
    }

    /** Returns the template that a launch stands for. */
    public static Template template(Launch launch) {
        return Template.of(unnamed(launch));
    }

    private static LaunchOptions unnamed(Launch launch) {
        LaunchOptions options = options(launch);
        if (options.name != null) {
            throw new IllegalArgumentException(
                    "a fleet's template is for many instances, and this one names one: " + options.name);
        }
        return options;
    }

    private static LaunchOptions options(Launch launch) {
        if (launch instanceof FluentLaunch fluent) {
            return fluent.options;
        }
        throw new IllegalArgumentException("not a launch of this scaler's: " + launch);
    }

    /** Returns the image, and the name or app if given. */
    @Override
    public String toString() {
        return "launch of " + options.image + (options.name == null ? "" : " named " + options.name)
                + (options.app == null ? "" : " of " + options.app);
    }
}
