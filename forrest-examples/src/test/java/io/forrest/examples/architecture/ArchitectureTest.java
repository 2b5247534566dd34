package io.forrest.examples.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.forrest.ForrestException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may see whom, by the byte code of all modules. */
class ArchitectureTest {

    private static final String[] API = {"io.forrest", "io.forrest.annotation", "io.forrest.event", "io.forrest.spi"};
    private static final String INTERNAL = ".internal";

    /** The count when this was written, less a tenth: a rule that sees no classes forbids nothing. */
    private static final int LEAST_CLASSES = 220;

    private static final JavaClasses FORREST = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(new ImportOption.DoNotIncludePackageInfos())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.forrest");

    private static final JavaClasses PUBLISHED = FORREST.that(not(resideInAPackage("io.forrest.examples..")));

    @Test
    void classes_ofAllModules_areSeen() {
        assertThat(FORREST).hasSizeGreaterThan(LEAST_CLASSES);
        assertThat(FORREST.stream().map(JavaClass::getPackageName))
                .contains(API)
                .contains(
                        "io.forrest.core",
                        "io.forrest.core.metrics",
                        "io.forrest.docker",
                        "io.forrest.etcd",
                        "io.forrest.haproxy",
                        "io.forrest.testkit")
                .contains("io.forrest.examples.cli", "io.forrest.examples.underload");
    }

    @Test
    void engineRoom_seesNoAdapter() {
        noClasses()
                .that()
                .resideInAPackage("io.forrest.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.forrest.docker..",
                        "io.forrest.etcd..",
                        "io.forrest.haproxy..",
                        "io.forrest.testkit..",
                        "com.github.dockerjava..")
                .check(FORREST);
    }

    /** So that all the rest works where Micrometer, an optional dependency, is not on the class path. */
    @Test
    void metrics_aloneSeeMicrometer() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.forrest.core.metrics")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer..", "io.forrest.core.metrics")
                .check(FORREST);
    }

    @Test
    void metrics_seeOfTheEngineRoomThreadsAndTimesAlone() {
        classes()
                .that()
                .resideInAPackage("io.forrest.core.metrics")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(API)
                        .or(resideInAnyPackage("io.forrest.core.metrics", "io.forrest.core.internal.concurrent"))
                        .or(not(resideInAPackage("io.forrest.."))))
                .check(FORREST);
    }

    @Test
    void adaptersAndTestKit_seeNothingOfForrestButTheApi() {
        for (String adapter :
                new String[] {"io.forrest.docker", "io.forrest.etcd", "io.forrest.haproxy", "io.forrest.testkit"}) {
            noClasses()
                    .that()
                    .resideInAPackage(adapter + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("io.forrest..")
                            .and(not(resideInAnyPackage(API)))
                            .and(not(resideInAPackage(adapter + ".."))))
                    .check(FORREST);
        }
    }

    @Test
    void api_seesNothingButItselfAndTheJdk() {
        classes()
                .that()
                .resideInAnyPackage(API)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(Stream.concat(Arrays.stream(API), Stream.of("java..", "org.jspecify.annotations"))
                        .toArray(String[]::new))
                .check(FORREST);
    }

    @Test
    void examples_typeWhatAnyUserCouldType() {
        noClasses()
                .that()
                .resideInAPackage("io.forrest.examples..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.forrest..internal.."))
                .check(FORREST);
    }

    @Test
    void internalPackages_areSeenByTheirOwnModuleAlone() {
        for (String owner : internalOwners()) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage(owner + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(owner + INTERNAL + "..")
                    .check(FORREST);
        }
        noClasses()
                .that()
                .resideInAPackage("io.forrest.spi..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..internal..")
                .check(FORREST);
    }

    /** Returns what stands before {@code .internal} in the names of packages. */
    private static Set<String> internalOwners() {
        Set<String> owners = FORREST.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.contains(INTERNAL))
                .map(name -> name.substring(0, name.indexOf(INTERNAL)))
                .collect(Collectors.toSet());
        assertThat(owners).contains("io.forrest.core");
        return owners;
    }

    @Test
    void packages_formNoCycle() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                        return SliceIdentifier.of(javaClass.getPackageName());
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(FORREST);
    }

    @Test
    void engineRoom_hasOnePublicWayIn() {
        assertThat(FORREST.stream()
                        .filter(resideInAPackage("io.forrest.core"))
                        .filter(ArchitectureTest::isPublicTopLevel)
                        .map(JavaClass::getSimpleName))
                .containsExactly("Forrest");
        assertThat(FORREST.stream()
                        .filter(resideInAPackage("io.forrest.core.metrics"))
                        .filter(ArchitectureTest::isPublicTopLevel)
                        .map(JavaClass::getSimpleName))
                .containsExactly("ScalerMetrics");
        assertThat(FORREST.stream()
                        .filter(resideInAPackage("io.forrest.docker"))
                        .filter(ArchitectureTest::isPublicTopLevel)
                        .map(JavaClass::getSimpleName))
                .containsExactly("DockerRuntime");
        assertThat(FORREST.stream()
                        .filter(resideInAPackage("io.forrest.etcd"))
                        .filter(ArchitectureTest::isPublicTopLevel)
                        .map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder("EtcdV2Registry", "EtcdV2RegistryBuilder", "EtcdEvent");
        assertThat(FORREST.stream()
                        .filter(resideInAPackage("io.forrest.haproxy"))
                        .filter(ArchitectureTest::isPublicTopLevel)
                        .map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder(
                        "HaproxyDriver",
                        "HaproxyDriverBuilder",
                        "HaproxyEvent",
                        "HaproxyInstance",
                        "HaproxyStats",
                        "HaproxyStatsBuilder");
    }

    @Test
    void publicSignatures_nameNoThirdPartyType() {
        classes()
                .that(describe("users can see", PublicSignatures::isSeen))
                .should(new PublicSignatures())
                .check(PUBLISHED.that(not(resideInAPackage("io.forrest.testkit.."))));
    }

    @Test
    void names_sayHowAClassDiffers() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.CredentialHelper(\\$.*)?") // Docker's own word for such a program
                .should()
                .haveNameMatching(".*(Impl|Utils?|Helper|Manager)(\\$.*)?")
                .check(FORREST);
    }

    @Test
    void time_comesFromOneClass() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.forrest.spi.SystemTime")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .orShould()
                .callMethod(TimeUnit.class, "sleep", long.class)
                .check(FORREST);
    }

    @Test
    void publicExceptions_haveOneRoot() {
        classes()
                .that()
                .areAssignableTo(Throwable.class)
                .and()
                .arePublic()
                .and()
                .resideOutsideOfPackage("..internal..")
                .should()
                .beAssignableTo(ForrestException.class)
                .check(FORREST);
    }

    private static boolean isPublicTopLevel(JavaClass javaClass) {
        return javaClass.isTopLevelClass()
                && javaClass.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC);
    }
}
