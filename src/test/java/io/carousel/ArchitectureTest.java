package io.carousel;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RestController;

/** The arrows of the house run one way. */
@AnalyzeClasses(packages = "io.carousel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ENGINE = "io.carousel.engine..";

  @ArchTest
  static final ArchRule engine_knowsNothingOfServing =
      noClasses()
          .that()
          .resideInAPackage(ENGINE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework..",
              "tools.jackson..",
              "com.fasterxml..",
              "jakarta..",
              "io.swagger..",
              "io.micrometer..");

  @ArchTest
  static final ArchRule engine_usesNoFeature =
      noClasses()
          .that()
          .resideInAPackage(ENGINE)
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.carousel..").and(not(resideInAPackage(ENGINE))));

  @ArchTest
  static final ArchRule nn_usesOnlyKernelsAndTokens =
      noClasses()
          .that()
          .resideInAPackage("io.carousel.engine.nn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.carousel.engine.gradient..",
              "io.carousel.engine.predict..",
              "io.carousel.engine.train..",
              "io.carousel.engine.format..");

  @ArchTest
  static final ArchRule kernel_usesNoOtherPackageOfTheEngine =
      noClasses()
          .that()
          .resideInAPackage("io.carousel.engine.kernel..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(ENGINE).and(not(resideInAPackage("io.carousel.engine.kernel.."))));

  @ArchTest
  static final ArchRule hardware_isKnownToKernelsOnly =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.carousel.engine.kernel..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jdk.incubator.vector..", "org.nd4j..", "org.bytedeco..");

  /** ND4J carries old parsers of JSON, YAML, XML and protocol buffers with it; none sees a byte. */
  @ArchTest
  static final ArchRule oldParsersOfNd4j_areNeverUsed =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j.shade..", "org.nd4j.common.util..");

  @ArchTest static final ArchRule http_usesNoFeature = mayUse("http", "http");

  /** Filters and wiring are found by Spring; what resources share knows nothing of them. */
  @ArchTest
  static final ArchRule filtersAndWiring_areCalledByNobody =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.carousel.http.filter..")
          .and()
          .resideOutsideOfPackage("io.carousel.http.wiring..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.carousel.http.filter..", "io.carousel.http.wiring..");

  @ArchTest static final ArchRule storage_usesNoFeature = mayUse("storage");

  @ArchTest static final ArchRule files_useOnlyHttpAndStorage = mayUse("files", "http", "storage");

  @ArchTest
  static final ArchRule models_useOnlyHttpAndStorage = mayUse("models", "http", "storage");

  @ArchTest
  static final ArchRule jobs_useFilesModelsAndReports =
      mayUse("jobs", "http", "files", "models", "reports");

  @ArchTest
  static final ArchRule jobs_runOnTheirState =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.carousel.jobs..")
          .layer("resource")
          .definedBy("io.carousel.jobs")
          .layer("run")
          .definedBy("io.carousel.jobs.run")
          .layer("state")
          .definedBy("io.carousel.jobs.state")
          .layer("diagnostics")
          .definedBy("io.carousel.jobs.diagnostics")
          .whereLayer("resource")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("run")
          .mayOnlyBeAccessedByLayers("resource")
          .whereLayer("state")
          .mayOnlyBeAccessedByLayers("resource", "run");

  @ArchTest static final ArchRule predictions_useModels = mayUse("predictions", "http", "models");

  @ArchTest
  static final ArchRule reports_useFilesAndModels = mayUse("reports", "http", "files", "models");

  @ArchTest
  static final ArchRule features_areFreeOfCycles =
      slices().matching("io.carousel.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule engine_isFreeOfCycles =
      slices().matching("io.carousel.engine.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule gradient_isFreeOfCycles =
      slices().matching("io.carousel.engine.gradient.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule gradient_standsAboveItsParts =
      noClasses()
          .that()
          .resideInAPackage("io.carousel.engine.gradient.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.carousel.engine.gradient");

  @ArchTest
  static final ArchRule controllers_arePackagePrivate =
      classes().that().areAnnotatedWith(RestController.class).should().bePackagePrivate();

  /** A feature may use the engine, itself, the libraries, and of the other features only these. */
  private static ArchRule mayUse(String feature, String... others) {
    String[] allowed =
        Stream.concat(
                Stream.of(ENGINE, "io.carousel." + feature + ".."),
                Stream.of(others).map(other -> "io.carousel." + other + ".."))
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage("io.carousel." + feature + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.carousel..").and(not(resideInAnyPackage(allowed))))
        .allowEmptyShould(true);
  }

  @Test
  void packages_areNullMarked() throws IOException {
    List<Path> unmarked;
    try (Stream<Path> tree = Files.walk(Path.of("src/main/java"))) {
      unmarked =
          tree.filter(ArchitectureTest::hasSources)
              .filter(directory -> !isNullMarked(directory.resolve("package-info.java")))
              .toList();
    }
    assertThat(unmarked).isEmpty();
  }

  private static boolean hasSources(Path directory) {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.toString().endsWith(".java"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static boolean isNullMarked(Path packageInfo) {
    try {
      return Files.exists(packageInfo) && Files.readString(packageInfo).contains("@NullMarked");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
