package heapstakes.results.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.results.ResultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentJsonTest {
  private static final Environment SAMPLE =
      new Environment(
          1,
          "0.1.0",
          "2026-11-20T12:00:00Z",
          List.of("heapstakes", "run", "-w", "a \"b\""),
          new Environment.Plan(
              List.of("bump"),
              List.of("jq"),
              List.of("linux"),
              List.of(2),
              "quick",
              0,
              Optional.of("native-glibc")),
          new Environment.Host("cpu", 2, 1L << 34, "Linux 6", "Debian", "0", "madvise", "", 0.5),
          new Environment.Jvm("25", "vendor", "vm", List.of("-Xss2m"), List.of("MALLOC_X=1")),
          "1.37",
          24.0,
          List.of(new Environment.Contestant("bump", "floor", "1", "")),
          List.of(new Environment.Workload("jq", "jq", "abc", 1000, 1, List.of("It may crash."))),
          List.of(new Environment.Library("native-glibc", "glibc 2.36", "/lib/libc.so.6", "00")),
          Optional.of(
              new Environment.CostsUsed("cpu", "heapstakes calibrate", "2026-11-20", "ab")));

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBack() {
    Path file = folder.resolve(Environment.NAME);
    EnvironmentJson.write(file, SAMPLE);

    assertThat(EnvironmentJson.read(file)).isEqualTo(SAMPLE);
    assertThat(file).content().contains("\"schema_version\" : 1", "\"clock_cost_nanos\"");
  }

  /** Runs of before say nothing of them. */
  @Test
  void whereTheFileNamesNoCostsThereAreNone() throws IOException {
    Path file = folder.resolve(Environment.NAME);
    EnvironmentJson.write(file, SAMPLE);
    String text = Files.readString(file);
    Files.writeString(file, text.replaceAll("(?s),\\s*\"forecast_by\".*", "}"));

    assertThat(EnvironmentJson.read(file)).isEqualTo(forecastBy(Optional.empty()));
  }

  @Test
  void aRunGoesOnWithThePricesOfItsForecastsOnly() {
    Environment.CostsUsed other = new Environment.CostsUsed("cpu", "x", "2026-11-28", "cd");

    assertThat(forecastBy(Optional.empty()).goingOnWith(SAMPLE).forecastBy())
        .isEqualTo(SAMPLE.forecastBy());
    assertThat(SAMPLE.goingOnWith(SAMPLE)).isEqualTo(SAMPLE);
    assertThatThrownBy(() -> forecastBy(Optional.of(other)).goingOnWith(SAMPLE))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("2026-11-20", "SHA-256 ab", "2026-11-28", "cd", "--costs");
  }

  private static Environment forecastBy(Optional<Environment.CostsUsed> costs) {
    return new Environment(
        SAMPLE.schemaVersion(),
        SAMPLE.heapstakesVersion(),
        SAMPLE.started(),
        SAMPLE.commandLine(),
        SAMPLE.plan(),
        SAMPLE.host(),
        SAMPLE.jvm(),
        SAMPLE.jmhVersion(),
        SAMPLE.clockCostNanos(),
        SAMPLE.contestants(),
        SAMPLE.workloads(),
        SAMPLE.libraries(),
        costs);
  }

  @Test
  void aNewerSchemaAndADamagedFileAreRefusedWithTheReason() throws IOException {
    Path file = folder.resolve(Environment.NAME);
    EnvironmentJson.write(file, SAMPLE);
    String text = Files.readString(file);

    Files.writeString(file, text.replace("\"schema_version\" : 1", "\"schema_version\" : 99"));
    assertThatThrownBy(() -> EnvironmentJson.read(file))
        .isInstanceOf(ResultException.class)
        .hasMessageContainingAll("version 99", "newer heapstakes");

    Files.writeString(file, text.substring(0, text.length() / 2));
    assertThatThrownBy(() -> EnvironmentJson.read(file))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("environment.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"forks\" : 0;\"forks\" : -5",
        "\"forks\" : 0;\"forks\" : 4294967297",
        "\"threads\" : [ 2 ];\"threads\" : [ 0 ]",
        "\"memory\" : [ \"linux\" ];\"memory\" : null"
      })
  void aPlanThatCannotBeIsRefused(String from, String to) throws IOException {
    Path file = folder.resolve(Environment.NAME);
    EnvironmentJson.write(file, SAMPLE);
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));

    assertThatThrownBy(() -> EnvironmentJson.read(file))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("environment.json");
  }

  @Test
  void theHostIsWhatItsFilesSay() throws IOException {
    write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Imaginary 9000\n");
    write("proc/meminfo", "MemTotal:       16384 kB\nMemFree: 1 kB\n");
    write("proc/sys/vm/overcommit_memory", "2\n");
    write("proc/loadavg", "1.25 0.80 0.50 1/100 4242\n");
    write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    write("etc/os-release", "NAME=\"X\"\nPRETTY_NAME=\"Imaginary OS 1\"\n");

    Environment.Host host = new HostProbe(folder).host();

    assertThat(host.cpu()).isEqualTo("Imaginary 9000");
    assertThat(host.memoryBytes()).isEqualTo(16 << 20);
    assertThat(host.overcommit()).isEqualTo("2");
    assertThat(host.loadAverage()).isEqualTo(1.25);
    assertThat(host.transparentHugePages()).isEqualTo("madvise");
    assertThat(host.distribution()).isEqualTo("Imaginary OS 1");
    assertThat(host.governor()).as("no such file").isEmpty();
  }

  /** Sysctl files answer the first read only, however short it is. */
  @Test
  void longValuesOfTheKernelAreReadWhole() {
    HostProbe probe = new HostProbe();
    Assumptions.assumeTrue(
        Files.exists(Path.of("/proc/sys/vm/max_map_count")), "no /proc/sys on this system");
    assertThat(Long.parseLong(probe.vm("max_map_count"))).isGreaterThan(1000);
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
