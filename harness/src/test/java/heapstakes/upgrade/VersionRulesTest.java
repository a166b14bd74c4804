package heapstakes.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Region;
import heapstakes.allocator.VersionRule;
import heapstakes.meter.FootprintMeter;
import heapstakes.meter.FootprintObserver;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TraceSource;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import heapstakes.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of a version, changed alone and all together; the versions themselves are twins. */
@Tag("long")
class VersionRulesTest {
  private static final Machine SIMULATED = Machine.parse("simulated");

  /** Sizes and alignments of all kinds, with threads in one of the two. */
  private static final List<String> PROGRAMS =
      List.of(
          "random:seed=3,operations=8000,sizes=magnitudes,live=200",
          "random:seed=4,operations=2500,sizes=round,threads=3,live=500");

  static Stream<Arguments> pairs() {
    return Stream.of("ptmalloc2", "tcmalloc", "jemalloc")
        .flatMap(name -> {
          AllocatorProvider family = Allocators.parse(name).provider();
          String first = family.versions().getFirst();
          return family.versions().stream()
              .filter(version -> !version.equals(first))
              .flatMap(version ->
                  Stream.of(
                      Arguments.of(name, first, version), Arguments.of(name, version, first)));
        });
  }

  private static AllocatorProvider provider(String name, String version) {
    return Allocators.parse(name + "@" + version).provider();
  }

  private static Set<String> keys(List<VersionRule> rules) {
    return rules.stream().map(VersionRule::key).collect(Collectors.toSet());
  }

  /** Where every block lies, and what it cost in all. */
  private record Run(Footprint footprint, List<Long> addresses) {}

  private static Run run(AllocatorProvider provider, String program, boolean audited) {
    List<Long> addresses = new ArrayList<>();
    FootprintObserver observer =
        new FootprintObserver() {
          @Override
          public boolean wantsBlocks() {
            return true;
          }

          @Override
          public void block(long operation, long address, @Nullable Region region) {
            addresses.add(address);
          }

          @Override
          public long looksEvery() {
            return audited ? 500 : 0;
          }

          @Override
          public void look(long operations, Allocator allocator) {
            allocator.audit();
          }
        };
    Contestant contestant =
        new Contestant(provider, Settings.defaults(provider.name(), provider.settings()));
    Footprint footprint =
        FootprintMeter.measure(
            contestant,
            SIMULATED.metered(),
            TraceSource.open(program),
            new ReplayOptions(1000, Optional.empty()),
            observer);
    return new Run(footprint, addresses);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void allRulesOfAnotherVersionTogetherAreThatVersionAddressForAddress(
      String name, String base, String other) {
    AllocatorProvider from = provider(name, base);
    AllocatorProvider to = provider(name, other);
    AllocatorProvider mixed = from.with(to, keys(from.rules(to)));

    for (String program : PROGRAMS) {
      Run expected = run(to, program, false);
      Run found = run(mixed, program, false);
      assertThat(found.addresses()).as("%s of %s", program, mixed).isEqualTo(expected.addresses());
      assertThat(found.footprint().space()).isEqualTo(expected.footprint().space());
      assertThat(found.footprint().kernel()).isEqualTo(expected.footprint().kernel());
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aVersionWithOneRuleOfAnotherKeepsItsHeapInOrder(String name, String base, String other) {
    AllocatorProvider from = provider(name, base);
    AllocatorProvider to = provider(name, other);

    for (VersionRule rule : from.rules(to)) {
      AllocatorProvider mixed = from.with(to, Set.of(rule.key()));
      Footprint.Outcome outcome = run(mixed, PROGRAMS.getLast(), true).footprint().outcome();
      assertThat(outcome.status())
          .as("%s@%s with %s: %s", name, base, rule, outcome.detail())
          .isEqualTo(Status.OK);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void everyRuleSaysBothWaysAndWhereItIsDescribed(String name, String base, String other) {
    AllocatorProvider from = provider(name, base);
    AllocatorProvider to = provider(name, other);

    assertThat(keys(from.rules(to))).isEqualTo(keys(to.rules(from)));
    assertThat(from.rules(from)).isEmpty();
    assertThat(from.rules(to))
        .allSatisfy(rule -> {
          assertThat(rule.before()).isNotEqualTo(rule.after());
          assertThat(rule.section()).startsWith(specification(name));
        });
  }

  private static String specification(String name) {
    return name + ".md §";
  }
}
