package heapstakes.forecast;

import heapstakes.results.ResultException;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.environment.Environment;
import heapstakes.trace.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes calibrations as JSON. */
public final class CostFile {
  /** What stands for the calibration that comes along. */
  public static final String BUNDLED = "bundled";

  private static final String RESOURCE = "costs.json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private CostFile() {}

  /** Replaces the file at once. */
  public static void write(Path file, Costs costs) {
    AtomicFile.write(file, writer -> writer.append(MAPPER.writeValueAsString(costs)).append('\n'));
  }

  /**
   * Reads a file, or the one that comes along.
   *
   * @param name of a file, or {@link #BUNDLED}
   * @throws ResultException when it is missing, damaged or of a newer version
   */
  public static Costs read(String name) {
    Costs costs;
    try {
      costs = name.equals(BUNDLED) ? bundled() : MAPPER.readValue(Path.of(name), Costs.class);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "cannot read the costs in %s: %s.\n  'heapstakes calibrate -o %s' makes such a file.",
              name,
              e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage(),
              name),
          e);
    }
    if (costs.schemaVersion() != Costs.SCHEMA_VERSION) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s has schema version %d, this program knows %d.\n"
                  + "  Make it anew: heapstakes calibrate -o %s",
              name,
              costs.schemaVersion(),
              Costs.SCHEMA_VERSION,
              name));
    }
    return costs;
  }

  /** What {@code environment.json} says of them. */
  public static Environment.CostsUsed used(Costs costs) {
    return new Environment.CostsUsed(
        costs.machine(),
        costs.command(),
        costs.date(),
        Digests.sha256(MAPPER.writeValueAsString(costs)));
  }

  private static Costs bundled() {
    try (InputStream in = CostFile.class.getResourceAsStream(RESOURCE)) {
      return MAPPER.readValue(in, Costs.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
