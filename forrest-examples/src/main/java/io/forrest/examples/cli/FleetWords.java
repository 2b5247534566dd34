package io.forrest.examples.cli;

/** Says what went wrong with a fleet in the words of a shell, where the library says what to call. */
final class FleetWords {

    private FleetWords() {}

    /** Returns the message of a failure. */
    static String of(String app, RuntimeException failure) {
        return String.valueOf(failure.getMessage())
                .replace(
                        "resume it or roll it back by fleet(\"" + app + "\").rollout()",
                        "forrest rollout --resume " + app + " goes on with it, forrest rollout --roll-back " + app
                                + " takes it back")
                .replace("Forrest.builder(...).balancer(...)", "name one by --haproxy or FORREST_HAPROXY")
                .replace("give it again by judge(...)", "give one by --judge")
                .replace(
                        "call fleet() in this process on a launch that has it, all else being equal, and try again",
                        "no command can give it, but a program can that has it");
    }
}
