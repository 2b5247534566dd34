package io.forrest.core.internal.lifecycle;

import io.forrest.Names;
import io.forrest.Readiness;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The labels that tell what a container is. Set once, when it is made; never an environment, never a secret. */
final class Labels {

    static final String OWN = "io.forrest.";
    private static final String APP = OWN + "app";
    private static final String NAME = OWN + "name";
    private static final String PORT = OWN + "port";
    private static final String PREFIX = OWN + "prefix";
    private static final String LAUNCH = OWN + "launch-id";
    private static final String READY = OWN + "ready";
    private static final String GENERATION = OWN + "generation";
    private static final int MAX_PORT = 65_535;

    private Labels() {}

    static Map<String, String> of(String app, String name, int port, String prefix, String launch) {
        return Map.of(APP, app, NAME, name, PORT, Integer.toString(port), PREFIX, prefix, LAUNCH, launch);
    }

    /** Returns the label that says how an instance's readiness is told. */
    static Map<String, String> ready(Readiness readiness) {
        return Map.of(READY, ReadinessText.write(readiness));
    }

    /** Returns the label that says which template of its fleet an instance was launched from. */
    static Map<String, String> generation(int generation) {
        return Map.of(GENERATION, Integer.toString(generation));
    }

    /** Returns the app of a container that is known to be an instance's. */
    static String app(Map<String, String> labels) {
        return labels.getOrDefault(APP, "");
    }

    /** Returns which template of its fleet a container was launched from; 0 if it was launched outside of any. */
    static int generation(Map<String, String> labels) {
        String text = labels.getOrDefault(GENERATION, "");
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    /** Returns how the readiness of a container is told; empty if its labels do not say. */
    static Optional<Readiness> readiness(Map<String, String> labels) {
        return Optional.ofNullable(labels.get(READY)).flatMap(ReadinessText::read);
    }

    /** Returns the labels that every instance under a prefix carries. */
    static Map<String, String> under(String prefix) {
        return Map.of(PREFIX, prefix);
    }

    /** Returns both, of which Forrest's win. */
    static Map<String, String> join(Map<String, String> users, Map<String, String> own) {
        Map<String, String> all = new HashMap<>(users);
        all.putAll(own);
        return all;
    }

    /** Returns what the labels of a container say; empty if they are not those of an instance under the prefix. */
    static Optional<Identity> identity(Map<String, String> labels, String prefix) {
        String app = labels.get(APP);
        String name = labels.get(NAME);
        String launch = labels.get(LAUNCH);
        String port = labels.getOrDefault(PORT, "");
        if (app == null || name == null || launch == null || !prefix.equals(labels.get(PREFIX))) {
            return Optional.empty();
        }
        if (!Names.isName(app) || !Names.isName(name) || !isPort(port)) {
            return Optional.empty();
        }
        return Optional.of(new Identity(app, name, Integer.parseInt(port), launch));
    }

    private static boolean isPort(String text) {
        return text.matches("[1-9]\\d{0,4}") && Integer.parseInt(text) <= MAX_PORT;
    }

    /**
     * What tells an instance from every other. Immutable and thread-safe.
     *
     * @param app its app
     * @param name its name
     * @param port its container's port
     * @param launch what tells its launch from every other
     */
    record Identity(String app, String name, int port, String launch) {}
}
