package io.forrest.core.internal.lifecycle;

import java.util.List;
import java.util.random.RandomGenerator;

/** Makes names of two words, a quality and a tree. */
final class NameGenerator {

    private static final List<String> QUALITIES = List.of(
            "able", "airy", "amber", "ample", "apt", "avid", "azure", "balmy", "bold", "brave", "breezy", "bright",
            "brisk", "calm", "candid", "civil", "clear", "clever", "cosy", "crisp", "dapper", "deft", "dewy", "eager",
            "early", "easy", "fair", "fleet", "fond", "frank", "fresh", "gentle", "glad", "golden", "grand", "green",
            "hale", "handy", "happy", "hardy", "honest", "jaunty", "jolly", "keen", "kind", "lively", "loyal", "lucid",
            "lucky", "mellow", "merry", "mild", "modest", "mossy", "neat", "nimble", "noble", "patient", "placid",
            "plucky", "polite", "proud", "prudent", "quick", "quiet", "ready", "robust", "rosy", "rustic", "sage",
            "serene", "sharp", "shady", "silent", "silver", "sleek", "smart", "snug", "sober", "solid", "spry",
            "steady", "stout", "sturdy", "sunny", "supple", "swift", "tall", "tender", "tidy", "trim", "trusty",
            "upright", "verdant", "vivid", "warm", "wise", "witty", "young", "zesty");

    private static final List<String> TREES = List.of(
            "acacia",
            "alder",
            "almond",
            "apple",
            "apricot",
            "araucaria",
            "ash",
            "aspen",
            "banyan",
            "baobab",
            "bay",
            "beech",
            "birch",
            "boxwood",
            "buckeye",
            "cacao",
            "camphor",
            "carob",
            "cassia",
            "catalpa",
            "cedar",
            "cherry",
            "chestnut",
            "citron",
            "coffee",
            "cork",
            "cypress",
            "date",
            "dogwood",
            "ebony",
            "elder",
            "elm",
            "fig",
            "filbert",
            "fir",
            "ginkgo",
            "guava",
            "hawthorn",
            "hazel",
            "hemlock",
            "hickory",
            "holly",
            "hornbeam",
            "ironwood",
            "jacaranda",
            "juniper",
            "kapok",
            "katsura",
            "kumquat",
            "laburnum",
            "larch",
            "laurel",
            "lemon",
            "lime",
            "linden",
            "locust",
            "loquat",
            "magnolia",
            "mahogany",
            "mango",
            "maple",
            "medlar",
            "mimosa",
            "mulberry",
            "myrtle",
            "nutmeg",
            "oak",
            "olive",
            "orange",
            "osier",
            "palm",
            "papaya",
            "peach",
            "pear",
            "pecan",
            "pine",
            "plane",
            "plum",
            "pomelo",
            "poplar",
            "quince",
            "redwood",
            "rowan",
            "rubber",
            "sallow",
            "sandalwood",
            "sassafras",
            "sequoia",
            "spruce",
            "sumac",
            "sycamore",
            "tamarind",
            "teak",
            "thuja",
            "tulip",
            "tupelo",
            "walnut",
            "willow",
            "yew",
            "zelkova");

    private static final int PLAIN_ATTEMPTS = 3;
    private static final int NUMBERS = 100_000;

    private final RandomGenerator random;

    NameGenerator(RandomGenerator random) {
        this.random = random;
    }

    /** Returns a name; from the fourth attempt on with a number, so that a full prefix does not run out of names. */
    String name(int attempt) {
        String words = pick(QUALITIES) + "_" + pick(TREES);
        return attempt <= PLAIN_ATTEMPTS ? words : words + "_" + random.nextInt(NUMBERS);
    }

    private String pick(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}
