package heapstakes.cli;

import heapstakes.results.environment.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where run directories are: {@code results/runs/<id>} of the installation, or where told. */
record RunPlace(Optional<Path> given) {
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private static Path runs() {
    return Path.of(System.getProperty("heapstakes.home", "")).resolve("results").resolve("runs");
  }

  /** The directory for a new run; ids sort by time. */
  Path fresh() {
    return given.orElseGet(() -> {
      String id = LocalDateTime.now(ZoneId.systemDefault()).format(ID);
      Path path = runs().resolve(id);
      for (int i = 2; Files.exists(path); i++) {
        path = runs().resolve(id + "-" + i);
      }
      return path;
    });
  }

  /** The directory of the run to go on with. */
  Path existing() {
    return given
        .or(RunPlace::newest)
        .orElseThrow(() ->
            new UsageException(
                String.format(
                    Locale.ROOT,
                    "there is no run in %s to go on with.\n  Start one: heapstakes run",
                    runs())));
  }

  private static Optional<Path> newest() {
    if (!Files.isDirectory(runs())) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(runs())) {
      return all.filter(run -> Files.exists(run.resolve(Environment.NAME)))
          .max(Comparator.comparing(Path::getFileName));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
