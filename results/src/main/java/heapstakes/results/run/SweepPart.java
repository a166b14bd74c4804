package heapstakes.results.run;

import heapstakes.results.CellKey;
import heapstakes.results.ResultException;
import heapstakes.results.csv.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code sweep.json}: which part of which sweep a run directory is. Cell {@code i} of the whole,
 * counted from 0, is in part {@code i % parts + 1}.
 *
 * @param part from 1 on
 * @param parts of the sweep, at least 1
 * @param cells of the whole sweep
 * @param planSha256 digest of the keys of all its cells, in order
 * @param timelines whether it keeps memory over time of each cell
 */
public record SweepPart(int part, int parts, int cells, String planSha256, boolean timelines) {
  /** Name of the file in a run directory. */
  public static final String NAME = "sweep.json";

  private static final String TIMELINES = "timelines";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** Rejects numbers that cannot be. */
  public SweepPart {
    if (part < 1 || part > parts || cells < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "part %d of %d, of %d cells", part, parts, cells));
    }
  }

  /** Part {@code part} of a sweep of these cells, which keeps timelines. */
  public static SweepPart of(int part, int parts, List<CellKey> keys) {
    return of(part, parts, keys, true);
  }

  /** Part {@code part} of a sweep of these cells. */
  public static SweepPart of(int part, int parts, List<CellKey> keys, boolean timelines) {
    return new SweepPart(part, parts, keys.size(), digest(keys), timelines);
  }

  /** Lower-case hex SHA-256 of what makes the cells unique, a line each. */
  static String digest(List<CellKey> keys) {
    Digest digest = new Digest();
    keys.forEach(digest::add);
    return digest.text();
  }

  /** The same, key by key. */
  static final class Digest {
    private final MessageDigest sha256;

    Digest() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // every JVM has it
      }
    }

    void add(CellKey key) {
      String line =
          String.join(
              "\t",
              key.contestant(),
              key.workload(),
              key.trace(),
              key.memory(),
              Integer.toString(key.threads()));
      sha256.update((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    String text() {
      return HexFormat.of().formatHex(sha256.digest());
    }
  }

  /** Whether a run directory keeps memory over time: all do but sweeps that say so. */
  static boolean keepsTimelines(Path run) {
    return !Files.isRegularFile(run.resolve(NAME)) || read(run).timelines();
  }

  /** How many of the cells are in this part. */
  int share() {
    return (cells - part + parts) / parts;
  }

  /** Keeps it in a run directory. */
  public void write(Path run) {
    AtomicFile.write(
        run.resolve(NAME), writer -> writer.append(MAPPER.writeValueAsString(this)).append('\n'));
  }

  /**
   * What a run directory says that it is.
   *
   * @throws ResultException when it is no part of a sweep
   */
  public static SweepPart read(Path run) {
    Path file = run.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "there is no %s in %s.%n  Give run directories as heapstakes sweep --shard makes"
                  + " them.",
              NAME,
              run));
    }
    try {
      JsonNode tree = MAPPER.readTree(file.toFile());
      if (tree instanceof ObjectNode node && !node.has(TIMELINES)) {
        node.put(TIMELINES, true); // by an earlier version
      }
      return MAPPER.treeToValue(tree, SweepPart.class);
    } catch (JacksonException e) {
      throw new ResultException(
          String.format(Locale.ROOT, "%s cannot be read: %s", file, e.getOriginalMessage()), e);
    }
  }
}
