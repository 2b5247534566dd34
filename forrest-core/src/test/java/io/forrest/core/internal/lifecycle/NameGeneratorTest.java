package io.forrest.core.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Names;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameGeneratorTest {

    private static final int MANY = 100_000;

    private final NameGenerator names = new NameGenerator(new Random(1));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void name_firstAttempts_areTwoWords(int attempt) {
        Set<String> different = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            String name = names.name(attempt);
            assertThat(Names.isName(name)).as(name).isTrue();
            different.add(name);
        }

        assertThat(different).allMatch(name -> name.matches("[a-z]+_[a-z]+"));
        assertThat(different).as("pairs of words").hasSizeBetween(9_900, 10_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 20})
    void name_laterAttempts_haveANumber(int attempt) {
        Set<String> different = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            String name = names.name(attempt);
            assertThat(Names.isName(name)).as(name).isTrue();
            different.add(name);
        }

        assertThat(different).allMatch(name -> name.matches("[a-z]+_[a-z]+_\\d{1,5}"));
        assertThat(different).as("names of %s", MANY).hasSizeGreaterThan(MANY * 99 / 100);
    }

    @Test
    void name_manyInstances_areSpreadEvenly() {
        Set<String> qualities = new HashSet<>();
        Set<String> trees = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            String[] words = names.name(1).split("_", -1);
            qualities.add(words[0]);
            trees.add(words[1]);
        }

        assertThat(qualities).hasSize(100);
        assertThat(trees).hasSize(100);
    }
}
