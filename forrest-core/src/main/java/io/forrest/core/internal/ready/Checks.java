package io.forrest.core.internal.ready;

import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.spi.Container;

/** Turns a description of readiness into the check that it describes. */
final class Checks {

    private Checks() {}

    static Check of(Readiness readiness) {
        if (readiness instanceof Readiness.Http http) {
            HttpProbe probe = new HttpProbe(http);
            return (container, endpoint) -> probe.probe(endpoint);
        }
        if (readiness instanceof Readiness.Healthcheck) {
            return (container, endpoint) -> healthOf(container);
        }
        if (readiness instanceof Readiness.Custom custom) {
            return (container, endpoint) -> custom.probe().probe(endpoint);
        }
        PortProbe probe = new PortProbe();
        return (container, endpoint) -> probe.probe(endpoint);
    }

    private static ProbeResult healthOf(Container container) {
        return switch (container.health()) {
            case HEALTHY -> ProbeResult.ready();
            case STARTING -> ProbeResult.notYet("the image's HEALTHCHECK has not passed yet");
            case UNHEALTHY -> ProbeResult.notYet("the image's HEALTHCHECK fails");
            case NONE -> ProbeResult.never("the image has no HEALTHCHECK");
        };
    }
}
