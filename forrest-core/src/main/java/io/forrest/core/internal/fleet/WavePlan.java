package io.forrest.core.internal.fleet;

import io.forrest.Wave;
import java.util.ArrayList;
import java.util.List;

/** The arithmetic of waves. Pure functions of values. */
final class WavePlan {

    private WavePlan() {}

    /** Returns those waves of some that bring something in a fleet of a size, ending with all of it. */
    static List<Wave> of(List<Wave> waves, int size) {
        List<Wave> useful = new ArrayList<>();
        int last = 0;
        for (Wave wave : waves) {
            if (wave.of(size) > last) {
                useful.add(wave);
                last = wave.of(size);
            }
        }
        if (useful.isEmpty() || last < size) {
            useful.add(Wave.all());
        }
        return List.copyOf(useful);
    }

    /** Returns how many members are new once a wave is done, the first 1. The last wave is all, whatever it says. */
    static int target(List<Wave> waves, int wave, int size) {
        return wave >= waves.size() ? size : waves.get(wave - 1).of(size);
    }

    /** Returns by how many members a fleet may exceed its size while a wave is under way. */
    static int excess(List<Wave> waves, int wave, int size) {
        int before = wave == 1 ? 0 : target(waves, wave - 1, size);
        return Math.max(1, target(waves, wave, size) - before);
    }
}
