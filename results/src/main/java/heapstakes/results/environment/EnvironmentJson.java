package heapstakes.results.environment;

import heapstakes.results.ResultException;
import heapstakes.results.csv.AtomicFile;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes {@code environment.json}. */
public final class EnvironmentJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private EnvironmentJson() {}

  /** Replaces the file at once. */
  public static void write(Path file, Environment environment) {
    AtomicFile.write(
        file, writer -> writer.append(MAPPER.writeValueAsString(environment)).append('\n'));
  }

  /**
   * Reads the file.
   *
   * @throws ResultException when it is missing, damaged or of a newer version
   */
  public static Environment read(Path file) {
    Environment environment;
    try {
      environment = MAPPER.readValue(file, Environment.class);
    } catch (JacksonException e) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "cannot read %s: %s.\n  Is it in a run directory? Try: heapstakes run",
              file,
              e.getOriginalMessage()),
          e);
    }
    if (environment.schemaVersion() > Environment.SCHEMA_VERSION) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s has schema version %d, this program knows up to %d.\n  Use a newer heapstakes.",
              file,
              environment.schemaVersion(),
              Environment.SCHEMA_VERSION));
    }
    return environment;
  }
}
