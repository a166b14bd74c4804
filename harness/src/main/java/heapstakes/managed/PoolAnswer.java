package heapstakes.managed;

import heapstakes.results.Footprint;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the JVM of a pool leaves behind.
 *
 * @param footprint what was metered; empty: it was refused
 * @param refusal why nothing was, complete text; empty where something was
 */
record PoolAnswer(Optional<Footprint> footprint, String refusal) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  static PoolAnswer of(Footprint footprint) {
    return new PoolAnswer(Optional.of(footprint), "");
  }

  static PoolAnswer refused(String why) {
    return new PoolAnswer(Optional.empty(), why);
  }

  /** Reads what {@link #write} wrote. */
  static PoolAnswer read(Path file) {
    return MAPPER.readValue(file.toFile(), PoolAnswer.class);
  }

  void write(Path file) {
    MAPPER.writeValue(file.toFile(), this);
  }
}
