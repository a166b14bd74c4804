package heapstakes.results.gate;

import heapstakes.results.OutputException;
import heapstakes.results.ResultException;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.environment.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code baseline.json}, beside the {@code cells.csv} that it made: counted figures that are the
 * same on every machine, and why they are what they are.
 *
 * @param plan what is run on simulated memory
 * @param renewals when and why the figures changed, oldest first
 */
public record Baseline(Environment.Plan plan, List<Renewal> renewals) {
  /** Name of the file. */
  public static final String NAME = "baseline.json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * A change of the figures.
   *
   * @param date ISO 8601
   * @param reason in the words of whoever did it
   */
  public record Renewal(String date, String reason) {}

  public Baseline {
    renewals = List.copyOf(renewals);
  }

  /** The same with one renewal more. */
  public Baseline renewed(Renewal renewal) {
    List<Renewal> all = new ArrayList<>(renewals);
    all.add(renewal);
    return new Baseline(plan, all);
  }

  /** Whether there is one in {@code directory}. */
  public static boolean isIn(Path directory) {
    return Files.isRegularFile(directory.resolve(NAME));
  }

  /**
   * Reads it.
   *
   * @throws ResultException when it is missing or damaged
   */
  public static Baseline read(Path directory) {
    Path file = directory.resolve(NAME);
    try {
      return MAPPER.readValue(file, Baseline.class);
    } catch (JacksonException e) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "cannot read %s: %s.\n  Make a baseline: heapstakes baseline update --dir %s --reason TEXT",
              file,
              e.getOriginalMessage(),
              directory),
          e);
    }
  }

  /** Writes it, with the figures of {@code run}. */
  public void write(Path directory, RunFiles run) {
    try {
      Files.createDirectories(directory);
    } catch (java.io.IOException e) {
      throw new OutputException(directory, e);
    }
    CellsCsv.write(directory.resolve(CellsCsv.NAME), run.cells().values());
    AtomicFile.write(
        directory.resolve(NAME),
        writer -> writer.append(MAPPER.writeValueAsString(this)).append('\n'));
  }
}
