package heapstakes.cli;

import heapstakes.results.table.TextTable.Heading;
import heapstakes.upgrade.Distribution;
import heapstakes.upgrade.Distributions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** {@code upgrade --list}: which distribution carries what, and how that is known. */
final class DistributionTable {
  private static final List<String> LIBRARIES =
      List.of("glibc", "jemalloc", "gperftools", "mimalloc", "musl");

  private DistributionTable() {}

  static Page page() {
    Page page = new Page();
    List<Heading> headings = new ArrayList<>(List.of(Heading.texts("distribution")));
    LIBRARIES.forEach(library -> headings.add(Heading.texts(library)));
    page.title("distributions", "for --from and --to; ? marks what was not looked up");
    page.table(
        headings,
        Distributions.all().stream()
            .map(one ->
                Stream.concat(
                        Stream.of(one.id()),
                        LIBRARIES.stream().map(library -> version(one, library)))
                    .toList())
            .toList());
    page.title("sources", "");
    for (Distribution one : Distributions.all()) {
      page.line(one.id() + ": " + one.title());
      one.libraries()
          .forEach((library, carried) ->
              page.line(
                  String.format(
                      Locale.ROOT,
                      "  %-10s %-12s %s",
                      library,
                      version(one, library),
                      carried.source())));
    }
    return page;
  }

  private static String version(Distribution distribution, String library) {
    return distribution
        .find(library)
        .map(fact -> fact.version().orElse("-") + (fact.isChecked() ? "" : " ?"))
        .orElse("");
  }
}
