package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.foreign.AddedLibraries;
import heapstakes.setting.SettingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import picocli.CommandLine.IVersionProvider;

/** Which Heapstakes this is, as the build wrote it down. */
final class Version implements IVersionProvider {
  private static final String RESOURCE = "version.properties";

  @Override
  public String[] getVersion() {
    return Stream.concat(
            Stream.of(
                "heapstakes " + text(),
                String.format(
                    Locale.ROOT,
                    "Java %s %s",
                    Runtime.version(),
                    System.getProperty("java.vendor", ""))),
            libraries())
        .toArray(String[]::new);
  }

  /** A line for each real library that can be run here. */
  private static Stream<String> libraries() {
    return Stream.concat(
        Allocators.all().stream()
            .filter(provider -> provider.badge() == Badge.REAL)
            .flatMap(provider -> line(provider.name(), provider)),
        AddedLibraries.all().stream().flatMap(added -> line(added.toString(), added.provider())));
  }

  private static Stream<String> line(String name, AllocatorProvider provider) {
    try {
      return provider.unavailable().isPresent()
          ? Stream.empty()
          : Stream.of(name + ": " + provider.lineage().version());
    } catch (SettingException e) {
      return Stream.empty(); // doctor says why it does not load
    }
  }

  /** With the commit that it was built from, e.g. {@code 0.1.0-SNAPSHOT (1f2e3d4)}. */
  static String text() {
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      Properties properties = new Properties();
      properties.load(in);
      String version = properties.getProperty("version", "unknown");
      String commit = properties.getProperty("commit", "");
      return commit.matches("[0-9a-f]{7,}(-dirty)?") ? version + " (" + commit + ")" : version;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
