package heapstakes.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.replay.TestTraces;
import heapstakes.replay.TraceSource;
import heapstakes.results.Locality;
import heapstakes.trace.Trace;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalityMeterTest {
  private static final Machine SIMULATED = Machine.parse("simulated");

  private static Locality locality(String contestant, Trace trace) {
    return LocalityMeter.of(Allocators.parse(contestant), SIMULATED, trace).orElseThrow();
  }

  private static Trace mallocs(int count, int size) {
    return TestTraces.of(
        IntStream.range(0, count)
            .mapToObj(i -> "m " + i + " " + size)
            .collect(Collectors.joining("\n")));
  }

  /** A bump pointer's blocks follow each other, a word with the size before each. */
  @ParameterizedTest
  @ValueSource(ints = {1, 24, 40, 56, 100, 4000, 9000})
  void aBumpPointerTouchesTheLinesOfItsLayout(int size) {
    long block;
    try (AddressSpace space = SIMULATED.open()) {
      block = space.programBreak() + 16;
    }
    long stride = (size + 8 + 15) / 16 * 16;
    double lines = 0;
    double ownLines = 0;
    double pages = 0;
    for (int window = 0; window < 3; window++) {
      Set<Long> own = new HashSet<>();
      Set<Long> all = new HashSet<>();
      for (int i = 0; i < 1000; i++, block += stride) {
        own.add((block - 8) / 64);
        all.add((block - 8) / 64);
        all.add(block / 64);
        for (long page = block / 4096 + 1; page * 4096 < block + size; page++) {
          all.add(page * 4096 / 64);
        }
      }
      ownLines += own.size();
      lines += all.size();
      pages += all.stream().map(line -> line / 64).distinct().count();
    }

    Locality.Touched life = locality("bump", mallocs(3000, size)).oneLife();

    assertThat(life.ownLines()).isCloseTo(ownLines / 3, within(1e-9));
    assertThat(life.lines()).isCloseTo(lines / 3, within(1e-9));
    assertThat(life.pages()).isCloseTo(pages / 3, within(1e-9));
  }

  static Stream<String> models() {
    return Allocators.all().stream()
        .filter(provider -> provider.capabilities().contains(Capability.ANY_MEMORY))
        .map(AllocatorProvider::name);
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyModelHasItAndTwiceTheSame(String name) {
    Trace trace = TestTraces.mix(5, 300, 100, 1);

    Locality locality = locality(name, trace);

    for (Locality.Touched touched :
        new Locality.Touched[] {locality.oneLife(), locality.steady()}) {
      assertThat(touched.pages()).isPositive().isLessThanOrEqualTo(touched.lines());
      assertThat(touched.ownLines()).isPositive().isLessThanOrEqualTo(touched.lines());
      assertThat(touched.ownPages()).isPositive().isLessThanOrEqualTo(touched.pages());
      assertThat(touched.l1Misses()).isGreaterThanOrEqualTo(touched.l2Misses());
      assertThat(touched.l2Misses()).isGreaterThanOrEqualTo(touched.l3Misses());
      assertThat(touched.tlbMisses()).isGreaterThanOrEqualTo(touched.pageWalks());
    }
    assertThat(locality(name, trace)).isEqualTo(locality);
  }

  /** The marks that TestTraces has are none of a heap that is filled. */
  @Test
  void steadyIsWhatFollowsTheMarkPopulated() {
    String filling =
        IntStream.range(0, 5000).mapToObj(i -> "m " + i + " 3000\n").collect(Collectors.joining());
    String pingPong = "m 5000 24\nf 5000\n".repeat(1000);

    Locality locality = locality("ptmalloc2", TestTraces.of(filling + "P populated\n" + pingPong));

    assertThat(locality.oneLife().pages()).isGreaterThan(500);
    assertThat(locality.steady().pages()).isLessThan(5);
  }

  @Test
  void whereNobodyCanLookOnThereIsNone() {
    Trace trace = mallocs(10, 8);
    Contestant model = Allocators.parse("bump");

    assertThat(LocalityMeter.of(Allocators.parse("native-glibc"), SIMULATED, trace)).isEmpty();
    assertThat(LocalityMeter.of(model, Machine.parse("linux"), trace)).isEmpty();
    assertThat(LocalityMeter.of(model, SIMULATED, TraceSource.open("process-per-task"))).isEmpty();
  }

  /** Where only a later life has no memory left, there is no figure of half. */
  @Test
  void aHeapThatDoesNotLiveOnHasNone() {
    Trace trace = mallocs(1000, 4000);

    assertThat(
            LocalityMeter.of(
                Allocators.parse("bump"), Machine.parse("simulated:ram=8M,swap=0"), trace))
        .isEmpty();
  }

  /** The direction of the paper's result: Vam's reaps against Lea's malloc, glibc's ancestor. */
  @ParameterizedTest
  @ValueSource(strings = {"perl", "cc1"})
  @Tag("long")
  void vamTouchesFewerLinesThanGlibcAndMissesFewer(String program) {
    Trace trace = TraceSource.open(program);
    Locality.Touched vam = locality("vam", trace).oneLife();
    Locality.Touched glibc = locality("ptmalloc2", trace).oneLife();

    assertThat(vam.lines()).isLessThan(0.9 * glibc.lines());
    assertThat(vam.pages()).isLessThan(0.9 * glibc.pages());
    assertThat(vam.l2Misses()).isLessThan(0.9 * glibc.l2Misses());
  }
}
