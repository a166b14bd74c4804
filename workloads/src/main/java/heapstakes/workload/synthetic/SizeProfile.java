package heapstakes.workload.synthetic;

import heapstakes.trace.Limits;
import heapstakes.trace.TraceException;
import heapstakes.trace.io.Compression;
import heapstakes.workload.heapprofile.HeapProfiles;
import heapstakes.workload.heapprofile.ProfileKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Sizes of blocks with how often they are allocated and how many of them are live, as profilers of
 * fleets write them: {@code size, allocations a second, live blocks}, with or without a header. By
 * Little's law a block of a size lives for live / rate seconds on average.
 *
 * @param sizes in bytes
 * @param rates allocations a second
 * @param live blocks at a time, on average
 * @param lifetimes operations that a block lives on average, for sizes of which less than one block
 *     is live; {@link #UNKNOWN} if nobody says
 */
record SizeProfile(long[] sizes, double[] rates, double[] live, double[] lifetimes) {
  /** A lifetime that a profile does not tell. */
  static final double UNKNOWN = Double.POSITIVE_INFINITY;

  /** Stands for the profile that comes with the program. */
  static final String BUILT_IN = "service";

  private static final int LARGEST_FILE = 1 << 24;
  private static final long LARGEST_SIZE = 1L << 40;
  private static final int COLUMNS = 3;

  /** What {@code name}, a path or {@link #BUILT_IN}, says. */
  static String text(String name) {
    if (name.equals(BUILT_IN)) {
      return builtIn();
    }
    // A device or a pipe says that it has no bytes: what is read is bounded, not what it says.
    try (InputStream in = Files.newInputStream(Path.of(name))) {
      InputStream plain = Compression.decompressed(in, name, Limits.current());
      byte[] text = plain.readNBytes(LARGEST_FILE + 1);
      if (text.length > LARGEST_FILE) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "the profile %s has more than %d bytes: it has a line a size, so that is none.",
                name,
                LARGEST_FILE));
      }
      return ProfileKind.of(text)
          .map(kind -> HeapProfiles.csv(kind, name, text))
          .orElseGet(() -> new String(text, StandardCharsets.UTF_8));
    } catch (IOException | InvalidPathException e) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "the profile %s cannot be read: %s.\n  Give a CSV file of size, allocations a second and"
                  + " live blocks, or profile=%s.",
              name,
              e,
              BUILT_IN),
          e);
    }
  }

  private static String builtIn() {
    try (Reader reader =
            new InputStreamReader(
                Objects.requireNonNull(
                    SizeProfile.class.getResourceAsStream(BUILT_IN + ".csv"), BUILT_IN),
                StandardCharsets.UTF_8);
        BufferedReader lines = new BufferedReader(reader)) {
      return lines.readAllAsString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a profile.
   *
   * @param name for messages
   * @throws TraceException naming the line when it is none
   */
  static SizeProfile parse(String name, String text) {
    CSVFormat format = CSVFormat.DEFAULT.builder().setTrim(true).setCommentMarker('#').get();
    try (CSVParser parser = format.parse(new StringReader(text))) {
      var records = parser.stream().filter(r -> r.getRecordNumber() > 1 || !isHeader(r)).toList();
      long[] sizes = new long[records.size()];
      double[] rates = new double[sizes.length];
      double[] live = new double[sizes.length];
      double allRates = 0;
      for (int i = 0; i < sizes.length; i++) {
        CSVRecord row = records.get(i);
        sizes[i] = (long) number(name, row, 0, LARGEST_SIZE);
        rates[i] = number(name, row, 1, Double.MAX_VALUE / 1e9);
        live[i] = number(name, row, 2, Double.MAX_VALUE / 1e18);
        allRates += rates[i];
      }
      if (allRates == 0) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "the profile %s names no size that is allocated. Is it the right file?",
                name));
      }
      double[] lifetimes = new double[sizes.length];
      Arrays.fill(lifetimes, UNKNOWN);
      return new SizeProfile(sizes, rates, live, lifetimes);
    } catch (IOException | UncheckedIOException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "the profile %s is no CSV: %s.", name, e.getMessage()), e);
    }
  }

  private static boolean isHeader(CSVRecord row) {
    return row.size() > 0 && !row.get(0).isEmpty() && Character.isLetter(row.get(0).charAt(0));
  }

  private static double number(String name, CSVRecord row, int column, double max) {
    String text = row.size() == COLUMNS ? row.get(column) : row.toString();
    try {
      double number = row.size() == COLUMNS ? Double.parseDouble(text) : -1;
      if (number >= 0 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new TraceException(
        String.format(
            Locale.ROOT,
            "the profile %s, record %d: '%s' is not as expected. A line has three numbers, of 0 or"
                + " more: size in bytes, allocations a second, live blocks.",
            name,
            row.getRecordNumber(),
            text));
  }

  /** Bytes that are live at a time. */
  double liveBytes() {
    double bytes = 0;
    for (int i = 0; i < sizes.length; i++) {
      bytes += sizes[i] * live[i];
    }
    return bytes;
  }
}
