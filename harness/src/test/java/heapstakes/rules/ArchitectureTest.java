package heapstakes.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.trace.format.TraceFormat;
import heapstakes.workload.WorkloadProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Who may import whom: one test a rule. */
class ArchitectureTest {
  private static final String[] ALLOCATORS = {
    "heapstakes.memory..",
    "heapstakes.os..",
    "heapstakes.allocator..",
    "heapstakes.model..",
    "heapstakes.foreign.."
  };
  private static final String[] SETTINGS = {"heapstakes.setting..", "heapstakes.file.."};
  private static final String[] WORKLOADS = {"heapstakes.trace..", "heapstakes.workload.."};
  private static final String[] RESULTS = {"heapstakes.results.."};

  private static final JavaClasses CLASSES = ProductionClasses.ALL;

  @Test
  void theThreeLeavesImportOnlySettingsBelowThemAndOnlyTheHarnessSeesAll() {
    leafSeesOnlyItself(SETTINGS);
    leafSeesOnlyItself(ALLOCATORS);
    leafSeesOnlyItself(WORKLOADS);
    leafSeesOnlyItself(RESULTS);
  }

  private static void leafSeesOnlyItself(String[] leaf) {
    noClasses()
        .that()
        .resideInAnyPackage(leaf)
        .should()
        .dependOnClassesThat(
            resideInAPackage("heapstakes..")
                .and(DescribedPredicate.not(resideInAnyPackage(concat(leaf, SETTINGS))))
                .as("other modules"))
        .check(CLASSES);
  }

  @Test
  void insideAllocatorsImportsGoOnlyDownward() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("heapstakes..")
        .layer("memory")
        .definedBy("heapstakes.memory..")
        .layer("setting")
        .definedBy(SETTINGS)
        .layer("os")
        .definedBy("heapstakes.os..")
        .layer("allocator")
        .definedBy("heapstakes.allocator..")
        .layer("model")
        .definedBy("heapstakes.model..")
        .layer("foreign")
        .definedBy("heapstakes.foreign..")
        .layer("harness")
        .definedBy(
            DescribedPredicate.not(
                resideInAnyPackage(concat(concat(ALLOCATORS, SETTINGS), WORKLOADS))))
        .whereLayer("memory")
        .mayNotAccessAnyLayer()
        .whereLayer("setting")
        .mayNotAccessAnyLayer()
        .whereLayer("os")
        .mayOnlyAccessLayers("memory", "setting")
        .whereLayer("allocator")
        .mayOnlyAccessLayers("memory", "setting", "os")
        .whereLayer("model")
        .mayOnlyAccessLayers("memory", "setting", "os", "allocator")
        .whereLayer("foreign")
        .mayOnlyAccessLayers("memory", "setting", "os", "allocator")
        .whereLayer("model")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  /** As the picture of {@code heapstakes.os} draws it. */
  @Test
  void insideOsBothKindsOfMemoryKeepTheBookAndKnowNothingOfEachOther() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("heapstakes.os..")
        .layer("boundary")
        .definedBy("heapstakes.os")
        .layer("linux")
        .definedBy("heapstakes.os.linux")
        .layer("simulated")
        .definedBy("heapstakes.os.simulated")
        .layer("host")
        .definedBy("heapstakes.os.host")
        .layer("nt")
        .definedBy("heapstakes.os.nt")
        .whereLayer("boundary")
        .mayNotAccessAnyLayer()
        .whereLayer("nt")
        .mayOnlyAccessLayers("boundary")
        .whereLayer("linux")
        .mayOnlyAccessLayers("boundary")
        .whereLayer("simulated")
        .mayOnlyAccessLayers("boundary", "linux", "nt")
        .whereLayer("host")
        .mayOnlyAccessLayers("boundary", "linux")
        .check(CLASSES);
  }

  @Test
  void theBookOfMappingsIsForKindsOfMemoryOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("heapstakes.os..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("heapstakes.os.linux..")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("heapstakes.os.host..")
        .check(CLASSES);
  }

  @Test
  void noModelImportsAnother() {
    slices()
        .matching("heapstakes.model.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void foreignMemoryIsTouchedOnlyByMemoryTheTwoKindsOfItAndForeign() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "heapstakes.memory..",
            "heapstakes.os.host..",
            "heapstakes.os.simulated..",
            "heapstakes.foreign..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign..")
        .check(CLASSES);
    noClasses().should().dependOnClassesThat().haveNameMatching(".*\\.Unsafe").check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("heapstakes.model..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocal.class)
        .check(CLASSES);
  }

  @Test
  void theClockIsReadOnlyWhereTimeIsMeasuredAndChanceIsAlwaysSeeded() {
    noClasses()
        .that()
        .resideOutsideOfPackages("heapstakes.meter..", "heapstakes.bench..")
        .should()
        .callMethod(System.class, "nanoTime")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(concat(ALLOCATORS, WORKLOADS))
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .check(CLASSES);
    noClasses()
        .should()
        .callConstructor(Random.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocalRandom.class)
        .orShould()
        .callMethod(Math.class, "random")
        .check(CLASSES);
  }

  private static String[] concat(String[] a, String[] b) {
    List<String> all = new ArrayList<>(List.of(a));
    all.addAll(List.of(b));
    return all.toArray(String[]::new);
  }

  @Test
  void terminalBenchmarkAndHistogramLibrariesEachHaveOneHome() {
    noClasses()
        .that()
        .resideOutsideOfPackage("heapstakes.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .orShould()
        .accessField(System.class, "out")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("heapstakes.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.openjdk.jmh..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackages("heapstakes.meter..", "heapstakes.results.page..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.HdrHistogram..")
        .check(CLASSES);
  }

  /** Names that stand in several packages still; the list may only shrink. */
  private static final List<String> NAMED_TWICE = List.of();

  @Test
  void noSimpleNameStandsInTwoPackages() {
    List<String> names =
        CLASSES.stream()
            .filter(JavaClass::isTopLevelClass)
            .map(JavaClass::getSimpleName)
            .filter(name -> !name.equals("package-info"))
            .toList();
    assertThat(names.stream().filter(n -> Collections.frequency(names, n) > 1).distinct().sorted())
        .isEqualTo(NAMED_TWICE);
  }

  @Test
  void nothingDependsOnCommandsSoThatTheEngineCanBeEmbedded() {
    noClasses()
        .that()
        .resideOutsideOfPackage("heapstakes.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("heapstakes.cli..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCyclesAndEachSaysWhatItIs() {
    slices().matching("heapstakes.(**)").should().beFreeOfCycles().check(CLASSES);
    assertThat(CLASSES.getPackage("heapstakes").getSubpackagesInTree())
        .filteredOn(p -> !p.getClasses().isEmpty())
        .allSatisfy(ArchitectureTest::hasPackageInfo);
  }

  private static void hasPackageInfo(JavaPackage javaPackage) {
    assertThat(javaPackage.tryGetPackageInfo())
        .as("package-info of %s", javaPackage.getName())
        .isPresent();
  }

  @Test
  void providersAreTheOnlyPublicClassesOfAModel() {
    classes()
        .that()
        .resideInAPackage("heapstakes.model..")
        .and()
        .areTopLevelClasses()
        .and()
        .haveModifier(JavaModifier.PUBLIC)
        .should()
        .implement(AllocatorProvider.class)
        .check(CLASSES);
  }

  @Test
  void everyPublicImplementationOfAnSpiIsListedSortedInItsServicesFile() throws IOException {
    for (Class<?> spi :
        List.of(
            AllocatorProvider.class,
            AddressSpaceProvider.class,
            WorkloadProvider.class,
            TraceFormat.class)) {
      List<String> implementations =
          CLASSES.stream()
              .filter(c -> c.isAssignableTo(spi) && !c.isInterface())
              .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
              .filter(c -> !c.getModifiers().contains(JavaModifier.ABSTRACT))
              .filter(JavaClass::isTopLevelClass)
              .map(JavaClass::getName)
              .sorted()
              .toList();
      assertThat(servicesOf(spi)).as("services of %s", spi.getName()).isEqualTo(implementations);
    }
  }

  private static List<String> servicesOf(Class<?> spi) throws IOException {
    List<String> lines = new ArrayList<>();
    for (URL url :
        Collections.list(spi.getClassLoader().getResources("META-INF/services/" + spi.getName()))) {
      try (InputStream in = url.openStream()) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .forEach(lines::add);
      }
    }
    return lines;
  }

  @Test
  void noImportCycleOfMoreThanFiveClasses() {
    List<List<String>> tooLarge =
        Imports.cycles(Imports.of(CLASSES)).stream().filter(cycle -> cycle.size() > 5).toList();
    assertThat(tooLarge)
        .as("cycles of more than five classes; hand values in instead of owners")
        .isEmpty();
  }
}
