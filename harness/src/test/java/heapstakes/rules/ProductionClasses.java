package heapstakes.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** What the rules are about, read once: the classes of every module without tests. */
final class ProductionClasses {
  static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // What JMH's processor generated: it follows JMH's rules, not ours.
          .withImportOption(location -> !location.contains("/jmh_generated/"))
          .importPackages("heapstakes");

  private ProductionClasses() {}
}
