package heapstakes.allocator.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.RealLibrary;
import heapstakes.allocator.ShellLine;
import heapstakes.setting.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibraryOptionsTest {
  private static final Path LOADER = Path.of("/lib64/ld-linux-x86-64.so.2");
  private static final Pattern TUNABLE =
      Pattern.compile("glibc\\.malloc\\.(\\w+): \\S+ \\(min: (\\S+), max: (\\S+)\\)");

  private static String output(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
    builder.environment().putAll(environment);
    return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "ptmalloc2, native-glibc",
    "tcmalloc, native-tcmalloc",
    "jemalloc, native-jemalloc",
    "mimalloc, native-mimalloc"
  })
  void aTwinTakesItsLibrarysOptionsWithTheirRanges(String twin, String library) {
    AllocatorProvider original = Allocators.parse(library).provider();
    int shared = 0;
    for (Setting setting : Allocators.parse(twin).provider().settings()) {
      Optional<LibraryOption> option = original.options().find(setting.key());
      if (option.isPresent()) {
        assertThat(setting).isEqualTo(option.get().setting());
        shared++;
      }
    }
    assertThat(shared).isGreaterThan(5);
  }

  /** As the loader of this machine lists them, of those that are tunables. */
  @Test
  void glibcTakesTheEndsOfEveryRange() throws IOException {
    assumeTrue(Files.isExecutable(LOADER), () -> "there is no " + LOADER);
    Matcher tunable =
        TUNABLE.matcher(output(List.of(LOADER.toString(), "--list-tunables"), Map.of()));
    int found = 0;
    while (tunable.find()) {
      Optional<LibraryOption> option = GlibcOptions.ALL.find(tunable.group(1));
      if (option.isPresent()) {
        Setting setting = option.get().setting();
        boolean isDefault = Long.toString(setting.min()).equals(setting.defaultValue());
        long least = Long.decode(tunable.group(2));
        assertThat(isDefault || Long.compareUnsigned(setting.min(), least) >= 0)
            .as("%s: %s", setting.key(), tunable.group())
            .isTrue();
        long most = Long.parseUnsignedLong(tunable.group(3).replace("0x", ""), radix(tunable));
        assertThat(Long.compareUnsigned(setting.max(), most))
            .as("%s: %s", setting.key(), tunable.group())
            .isNotPositive();
        found++;
      }
    }
    assumeTrue(found > 0, "this loader lists no tunables");
    assertThat(found).isGreaterThan(8);
  }

  private static int radix(Matcher tunable) {
    return tunable.group(3).startsWith("0x") ? 16 : 10;
  }

  /** It says so on standard error where a value is beyond its range or is cut down. */
  @Test
  void jemallocTakesTheEndsOfEveryRangeWithoutAWord() throws IOException {
    AllocatorProvider jemalloc = Allocators.parse("native-jemalloc").provider();
    assumeTrue(jemalloc.unavailable().isEmpty(), () -> jemalloc.unavailable().orElseThrow());
    // The bundled one has a prefix: programs do not call it.
    RealLibrary library = jemalloc.library().filter(RealLibrary::replacesMalloc).orElse(null);
    assumeTrue(library != null, "only the bundled jemalloc is here");
    for (Setting setting : JemallocOptions.ALL.settings()) {
      boolean isNumber = setting.choices().isEmpty();
      for (String value :
          isNumber
              ? List.of(Long.toString(setting.min()), Long.toString(setting.max()))
              : setting.choices()) {
        SequencedMap<String, String> environment = library.environment();
        environment.putAll(JemallocOptions.ALL.environment(given(setting.key(), value)));
        assertThat(output(List.of("/bin/true"), environment))
            .as("%s=%s", setting.key(), value)
            .isEmpty();
      }
    }
    SequencedMap<String, String> beyond = library.environment();
    beyond.put("MALLOC_CONF", "narenas:4095");
    assertThat(output(List.of("/bin/true"), beyond)).contains("4094");
  }

  private static SequencedMap<String, String> given(String key, String value) {
    SequencedMap<String, String> given = new LinkedHashMap<>();
    given.put(key, value);
    return given;
  }

  @Test
  void optionsThatShareAVariableAreJoinedInItBehindThoseWithTheirOwn() {
    SequencedMap<String, String> given = given("tcache_count", "0");
    given.put("mxfast", "0");
    given.put("perturb", "1");
    given.put("arena_max", "2");
    assertThat(ShellLine.of(GlibcOptions.ALL.environment(given)))
        .isEqualTo(
            "MALLOC_ARENA_MAX=2 MALLOC_PERTURB_=1"
                + " GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0");
  }

  @Test
  void whatAShellWouldReadOtherwiseIsQuoted() {
    assertThat(ShellLine.of(given("A", "it's; x"))).isEqualTo("A='it'\\''s; x'");
    assertThat(ShellLine.of(given("A", "k:1,l:-1"))).isEqualTo("A=k:1,l:-1");
  }
}
