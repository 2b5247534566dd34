package io.forrest.core.internal.fleet;

import io.forrest.core.internal.lifecycle.Template;

/** Templates for tests that launch nothing. */
final class Templates {

    private Templates() {}

    static Template of(String image) {
        return Template.read(
                        "web",
                        "{\"image\":\"" + image + "\",\"app\":\"web\",\"pull\":\"IF_MISSING\",\"readyWithin\":\"PT1M\","
                                + "\"drainFor\":\"PT0S\",\"stopGrace\":\"PT1S\",\"within\":\"PT5M\"}")
                .orElseThrow();
    }
}
