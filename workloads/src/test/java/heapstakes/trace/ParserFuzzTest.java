package heapstakes.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import heapstakes.trace.file.Traces;
import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.io.Compression;
import heapstakes.workload.heapprofile.HeapProfiles;
import heapstakes.workload.heapprofile.ProfileKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every parser of a foreign file, on every beginning of a seed file and on {@link Mutations} of it:
 * a valid trace, or an error that names the file and the place. A parser that hangs ends in a
 * timeout. With {@code -Xmx256m} it shows that a small file asks for little memory.
 */
@Tag("long")
class ParserFuzzTest {
  /** A small file of a format. */
  record Seed(String format, String name, byte[] bytes) {
    @Override
    public String toString() {
      return format + " " + name;
    }
  }

  static Stream<Seed> seeds() throws IOException {
    Stream<Seed> written =
        Stream.of(
            text(
                "android",
                """
                12: malloc 0xb400 24
                12: calloc 0xc000 3 8
                13: memalign 0xd000 64 100
                13: realloc 0xd000 0xb400 2048 5 6
                13: free 0xd000
                13: thread_done 0x0
                """),
            text(
                "logalloc",
                """
                7346 7346 malloc(32)=0x7f0a10000040
                7346 7350 calloc(1,8)=#12
                7346 7346 realloc(0x7f0a10000040,64)=0x7f0a100000c0
                7346 7346 memalign(4096,8192)=0x7f0a10002000
                7346 7346 free(0x7f0a100000c0)
                """),
            text(
                "fragmetrics",
                """
                {"ts":0,"op":"alloc","id":1,"size":64,"addr":140234567890}
                {"ts":2,"op":"alloc","id":2,"size":32}
                {"ts":1,"op":"free","id":1}
                """),
            text("hst", "#heapstakes-trace 1\nm 0 100\nP a\nr 0 40\nt 2\nc 1 3 40\n@ 100\nf 0\n"),
            new Seed("malloc-bench", "", mallocBench()),
            new Seed("recorder", "", recorder()));
    Stream<Seed> resources =
        Stream.of(
                "ltrace operators.ltrace-fiTttt",
                "ltrace operators.ltrace-x",
                "ltrace operators.ltrace-C",
                "heaptrack operators.heaptrack-interpreted.zst")
            .map(ParserFuzzTest::resource);
    Stream<Seed> fixtures =
        ForeignFixtures.all().entrySet().stream().map(e -> new Seed(e.getKey(), "", e.getValue()));
    return Stream.of(written, resources, fixtures).flatMap(seeds -> seeds);
  }

  private static Seed text(String format, String text) {
    return new Seed(format, "", text.getBytes(UTF_8));
  }

  private static Seed resource(String words) {
    String[] formatAndName = words.split(" ");
    try {
      return new Seed(
          formatAndName[0], formatAndName[1], ForeignFixtures.resource(formatAndName[1]));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] mallocBench() {
    return new byte[] {
      10, 6, 10, 4, 8, 5, 16, 100, // malloc
      10, 8, 10, 6, 8, 6, 16, 64, 24, 64, // malloc, aligned
      10, 8, 34, 6, 8, 7, 16, 3, 24, 40, // calloc
      10, 8, 26, 6, 8, 5, 16, 5, 24, 120, // realloc
      10, 4, 18, 2, 8, 6, // free
      16, 4
    };
  }

  /** Head and three records: malloc, realloc in two parts. */
  private static byte[] recorder() {
    ByteBuffer file = ByteBuffer.allocate(4096 + 4 * 32).order(ByteOrder.LITTLE_ENDIAN);
    file.put("HSRECORD".getBytes(UTF_8)).putInt(1).putInt(5).putLong(4).position(4096);
    file.putLong(1).putLong(64).putLong(100).putLong(0);
    file.putLong(5).putLong(64).putLong(0).putLong(0);
    file.putLong(6).putLong(128).putLong(200).putLong(64);
    file.putLong(4).putLong(128).putLong(0).putLong(0);
    return file.array();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aForeignFileCutOrDamagedIsAValidTraceOrRefusedWithThePlace(Seed seed) {
    TraceFormat format = DamagedFile.format(seed.format());
    assertThat(format.recognises(seed.bytes())).isTrue();
    fuzz(
        seed.bytes(),
        7,
        bytes -> {
          format.recognises(Arrays.copyOf(bytes, Math.min(bytes.length, 4096)));
          return DamagedFile.isTrace(format, new ByteArrayInputStream(bytes));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"every.hst.gz", "every.hst.xz", "every.hst.zst"})
  void aPackedFileCutOrDamagedIsAValidTraceOrRefused(String name) throws Exception {
    Path folder = Files.createTempDirectory("fuzz");
    try {
      Path packed = folder.resolve(name);
      Traces.importTo(TraceFormsTest.resource("every-letter.hst").toString(), packed);
      unpacked(Files.readAllBytes(packed));
    } finally {
      Files.delete(folder.resolve(name));
      Files.delete(folder);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.hst.bz2", "a.hst.lz4"})
  void aFileOfBzip2OrLz4CutOrDamagedIsAValidTraceOrRefused(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            getClass().getResourceAsStream("/heapstakes/workload/imported/" + name))) {
      unpacked(in.readAllBytes());
    }
  }

  private static void unpacked(byte[] packed) {
    TraceFormat hst = DamagedFile.format("hst");
    // A reading thread each: a tenth is enough.
    fuzz(
        packed,
        70,
        bytes -> {
          try (InputStream plain =
              Compression.decompressed(
                  new ByteArrayInputStream(bytes), "mutant", Limits.current())) {
            return DamagedFile.isTrace(hst, plain);
          } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotNull().contains("compressed bytes");
            return false;
          } catch (TraceException refused) {
            assertThat(refused.getMessage()).contains("mutant");
            return false;
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"DHAT", "JEPROF", "GPERFTOOLS"})
  void aHeapProfileCutOrDamagedGivesSizesOrIsRefused(ProfileKind kind) throws IOException {
    String name = "operators." + kind.name().toLowerCase(Locale.ROOT);
    try (InputStream in =
        Objects.requireNonNull(
            getClass().getResourceAsStream("/heapstakes/workload/heapprofile/" + name))) {
      fuzz(in.readAllBytes(), 7, bytes -> isProfile(kind, bytes));
    }
  }

  @Test
  void aProfileOfPprofCutOrDamagedGivesSizesOrIsRefused() {
    byte[] types = {10, 4, 8, 1, 16, 3, 10, 4, 8, 2, 16, 3, 18, 5, 18, 3, 10, (byte) 0xe0, 3};
    byte[] texts = "2\0002\015alloc_objects2\013alloc_space2\005count".getBytes(UTF_8);
    byte[] profile = Arrays.copyOf(types, types.length + texts.length);
    System.arraycopy(texts, 0, profile, types.length, texts.length);
    fuzz(profile, 1, bytes -> isProfile(ProfileKind.PPROF, bytes));
  }

  private static boolean isProfile(ProfileKind kind, byte[] bytes) {
    try {
      return !HeapProfiles.csv(kind, "mutant", bytes).isEmpty();
    } catch (TraceException refused) {
      assertThat(refused.getMessage()).contains("mutant");
      return false;
    }
  }

  /**
   * Every beginning, up to 3000 of them, and mutations.
   *
   * @param thin takes every so manieth of the mutations
   */
  private static void fuzz(byte[] seed, int thin, Predicate<byte[]> accepts) {
    assertThat(accepts.test(seed)).as("the seed itself").isTrue();
    int count = Math.max(100, Mutations.COUNT / (Mutations.COUNT > 1000 ? 1 : thin));
    assertTimeoutPreemptively(
        Duration.ofSeconds(120 + count / 100),
        () -> {
          int step = Math.max(1, seed.length / 3000);
          for (int length = 0; length < seed.length; length += step) {
            accepts.test(Arrays.copyOf(seed, length));
          }
          for (int number = 0; number < count; number++) {
            byte[] mutant = Mutations.of(seed, new Random(number));
            try {
              accepts.test(mutant);
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
              throw new AssertionError("mutation " + number, e);
            }
          }
        });
  }
}
