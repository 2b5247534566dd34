package io.forrest.examples.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The packaged jars, with all that they depend on, on the module path. */
class ModulePathIT {

    private static final Map<String, String> MODULES = Map.of(
            "io.forrest.api", "forrest-api-",
            "io.forrest.core", "forrest-core-",
            "io.forrest.etcd", "forrest-etcd-v2-",
            "io.forrest.haproxy", "forrest-haproxy-",
            "io.forrest.testkit", "forrest-testkit-");

    @Test
    void jars_onTheModulePath_haveTheirNames() {
        Map<String, String> found = ModuleFinder.of(forrest()).findAll().stream()
                .collect(Collectors.toMap(
                        module -> module.descriptor().name(),
                        module -> module.location().orElseThrow().toString()));

        assertThat(found).containsOnlyKeys(MODULES.keySet());
        MODULES.forEach((name, jar) ->
                assertThat(found).extractingByKey(name).asString().contains(jar));
    }

    @Test
    void jars_onTheModulePath_resolveAndShareNoPackage() {
        ModuleFinder finder = ModuleFinder.of(libraries());

        Configuration resolved = Configuration.resolve(
                finder, List.of(ModuleLayer.boot().configuration()), ModuleFinder.of(), MODULES.keySet());
        ModuleLayer layer = ModuleLayer.defineModulesWithOneLoader(
                        resolved, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
                .layer();

        assertThat(layer.modules()).extracting(Module::getName).containsAll(MODULES.keySet());
        assertThat(exported(layer, "io.forrest.api")).contains("io.forrest", "io.forrest.spi");
        assertThat(layer.findLoader("io.forrest.core"))
                .satisfies(loader -> assertThat(loader.loadClass("io.forrest.core.Forrest")
                                .getModule()
                                .getName())
                        .isEqualTo("io.forrest.core"));
    }

    private static Set<String> exported(ModuleLayer layer, String module) {
        ModuleDescriptor descriptor = layer.findModule(module).orElseThrow().getDescriptor();
        return descriptor.packages();
    }

    private static Path[] forrest() {
        return Arrays.stream(libraries())
                .filter(jar ->
                        MODULES.values().stream().anyMatch(jar.getFileName().toString()::startsWith))
                .toArray(Path[]::new);
    }

    /** The class path, less what only tests need and what this very module is. */
    private static Path[] libraries() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.endsWith(".jar"))
                .map(Path::of)
                .filter(jar -> !jar.getFileName().toString().matches(".*-tests\\.jar|forrest\\.jar|surefire.*"))
                .toArray(Path[]::new);
    }
}
