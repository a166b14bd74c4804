package heapstakes.workload.heapprofile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.TraceException;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.file.Traces;
import heapstakes.workload.synthetic.ProfiledTraces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files are what the tools wrote of operators.cc; what is expected is read off that program.
 */
class HeapProfilesTest {
  @TempDir Path folder;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(HeapProfilesTest.class.getResourceAsStream(name))) {
      return in.readAllBytes();
    }
  }

  private static List<String> sizes(String csv) {
    return csv.lines().map(line -> line.substring(0, line.lastIndexOf(','))).toList();
  }

  @Test
  void dhatGivesTheSizesOfEachCallSiteAndHowLongTheyLived() throws IOException {
    String csv = HeapProfiles.csv(ProfileKind.DHAT, "f", resource("operators.dhat"));

    // 277 bytes of two blocks, malloc(77) and its realloc to 200, have one call site there.
    assertThat(sizes(csv))
        .containsExactly(
            "1,1.000",
            "16,1.000",
            "33,1.000",
            "100,1.000",
            "120,1.000",
            "128,1.000",
            "138,2.000",
            "288,1.000",
            "500,1.000",
            "72704,1.000");
    // It lived for 26 712 of 1 953 808 instructions.
    assertThat(csv).endsWith(",0.013672\n");
  }

  @Test
  void gperftoolsGivesWhatWasAllocatedAndWhatIsLive() throws IOException {
    String csv = HeapProfiles.csv(ProfileKind.GPERFTOOLS, "f", resource("operators.gperftools"));

    assertThat(csv.lines())
        .containsExactly(
            "1,1.000,0.000000",
            "16,1.000,0.000000",
            "33,1.000,0.000000",
            "77,1.000,0.000000",
            "100,1.000,0.000000",
            "120,1.000,0.000000",
            "128,1.000,0.000000",
            "200,1.000,0.000000",
            "320,1.000,1.000000",
            "500,1.000,0.000000");
  }

  /** jemalloc counts its size classes: 77 bytes take 80, 100 take 112, 500 take 512. */
  @Test
  void jeprofGivesSizeClasses() throws IOException {
    String csv = HeapProfiles.csv(ProfileKind.JEPROF, "f", resource("operators.jeprof"));

    assertThat(csv)
        .contains("\n80,1.000,0", "\n112,1.000,0", "\n128,2.000,0", "\n512,1.000,0")
        .endsWith("81920,1.000,1.000000\n");
  }

  @Test
  void whatWasSampledIsScaledUp() {
    // A block of 524288 bytes is seen with the probability 1 - 1/e: 0.632 for each that there was.
    byte[] sampled =
        "heap_v2/524288\n  t*: 0: 0 [0: 0]\n@ 0x1\n  t*: 1: 524288 [2: 1048576]\n".getBytes(UTF_8);

    assertThat(HeapProfiles.csv(ProfileKind.JEPROF, "f", sampled))
        .isEqualTo("524288,3.164,1.581977\n");
  }

  @Test
  void aProfileOfWhatIsLiveOnlySaysHowToRecordTheRest() throws IOException {
    byte[] bytes = resource("operators.jeprof-not-accumulated");

    assertThatThrownBy(() -> HeapProfiles.csv(ProfileKind.JEPROF, "f", bytes))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("prof_accum:true");
  }

  /** Written after pprof's profile.proto: sample types 2 and 3 of 4, one sample, texts. */
  @Test
  void pprofGivesWhatWasAllocatedAndWhatIsLive() throws IOException {
    byte[] bytes = pprof("alloc_objects", "alloc_space", "inuse_objects", "inuse_space");

    assertThat(ProfileKind.of(bytes)).hasValue(ProfileKind.PPROF);
    assertThat(HeapProfiles.csv(ProfileKind.PPROF, "f", bytes)).isEqualTo("48,10.000,3.000000\n");
    byte[] cpu = pprof("samples", "cpu", "x", "y");
    assertThatThrownBy(() -> HeapProfiles.csv(ProfileKind.PPROF, "f", cpu))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("[samples, cpu, x, y]");
  }

  private static byte[] pprof(String... types) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 1; i <= types.length; i++) {
      out.write(new byte[] {10, 4, 8, (byte) i, 16, 5}); // sample_type {type i, unit 5}
    }
    // sample {values 10, 480, 3, 144}, as packed numbers
    out.write(new byte[] {18, 8, 18, 6, 10, (byte) 0xe0, 3, 3, (byte) 0x90, 1});
    for (String text : new String[] {"", types[0], types[1], types[2], types[3], "count"}) {
      out.write(new byte[] {50, (byte) text.length()});
      out.write(text.getBytes(UTF_8));
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "operators.massif, massif, nothing can be made of it here",
    "operators.dhat, DHAT, trace generate --profile",
    "operators.gperftools, gperftools, trace generate --profile",
    "operators.jeprof, jeprof, trace generate --profile"
  })
  void aHeapProfileIsRecognisedAndSaysWhatCanBeHadOfIt(String name, String kind, String hint)
      throws IOException {
    Path file = Files.write(folder.resolve(name), resource(name));

    assertThatThrownBy(() -> Traces.check(file.toString()))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining(file + " is a heap profile of ")
        .hasMessageContaining(kind)
        .hasMessageContaining(hint)
        .hasMessageContaining("trace record");
  }

  @ParameterizedTest
  @ValueSource(strings = {"operators.dhat", "operators.gperftools", "operators.jeprof"})
  void aTraceIsGeneratedFromAHeapProfileAlsoFromAPackedOne(String name) throws IOException {
    Path file = Files.write(folder.resolve(name), resource(name));
    Path packed = folder.resolve(name + ".gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(resource(name));
    }
    TraceSummary plain = summary(file);

    assertThat(plain.operations()).isGreaterThanOrEqualTo(1000);
    assertThat(summary(packed)).isEqualTo(plain);
  }

  private static TraceSummary summary(Path profile) {
    return TraceSummary.of("t", ProfiledTraces.of(profile.toString(), 1 << 20, 1000, 1).open());
  }
}
