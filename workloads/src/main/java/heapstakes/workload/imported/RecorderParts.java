package heapstakes.workload.imported;

import heapstakes.trace.Limits;
import heapstakes.trace.TraceException;
import heapstakes.trace.io.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Enumeration;
import java.util.Locale;

/**
 * Parts of a recorder's file, packed beside it while the program runs: {@code
 * PROCESS.IMAGE.NUMBER.part.zst}, from 0 on, each with {@link #RECORDS} records. What is packed
 * need not be in the file itself.
 */
public final class RecorderParts {
  /** Records of a part. */
  public static final int RECORDS = 1 << 20;

  /** Bytes of a part in the recorder's file. */
  public static final long BYTES = 32L * RECORDS;

  /** So many parts later a record that is not there is one whose thread was killed. */
  private static final int PATIENCE = 3;

  private RecorderParts() {}

  /** Where part {@code number} begins in the recorder's file, in bytes. */
  public static long start(int number) {
    return RecorderFile.HEAD_BYTES + number * BYTES;
  }

  /** How many parts of {@code records} are packed. */
  public static int count(Path records) {
    int count = 0;
    while (records.toString().endsWith(".raw") && Files.exists(part(records, count))) {
      count++;
    }
    return count;
  }

  /** The file of part {@code number} of {@code records}. */
  public static Path part(Path records, int number) {
    String name = String.valueOf(records.getFileName());
    return records.resolveSibling(
        String.format(Locale.ROOT, "%s.%06d.part.zst", name.replaceAll("\\.raw$", ""), number));
  }

  /**
   * Packs part {@code number} of {@code records}, whose process may go on.
   *
   * @return whether all its records are there; otherwise nothing is done
   */
  public static boolean pack(Path records, int number) throws IOException {
    ByteBuffer part = ByteBuffer.allocate((int) BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel file = FileChannel.open(records, StandardOpenOption.READ)) {
      ByteBuffer head = ByteBuffer.allocate(RecorderFile.HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      file.read(head, 0);
      long given = head.getLong(RecorderFile.RECORDS_AT);
      if (given < (number + 1L) * RECORDS) {
        return false;
      }
      while (part.hasRemaining() && file.read(part, start(number) + part.position()) > 0) {
        // until it is full
      }
      boolean isPatient = given < (number + (long) PATIENCE) * RECORDS;
      if (part.hasRemaining() || isPatient && !isWhole(part)) {
        return false;
      }
    }
    Path target = part(records, number);
    Path unfinished = target.resolveSibling(target.getFileName() + ".tmp");
    try (OutputStream out =
        Compression.compressing(Files.newOutputStream(unfinished), target.toString())) {
      out.write(part.array());
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  private static boolean isWhole(ByteBuffer part) {
    for (int at = 0; at < BYTES; at += 32) {
      if (part.getLong(at) == 0) {
        return false;
      }
    }
    return true;
  }

  /** All records of a file of which {@code parts} parts are packed. */
  static InputStream joined(Path records, int parts) {
    return new SequenceInputStream(
        new Enumeration<InputStream>() {
          private int next;

          @Override
          public boolean hasMoreElements() {
            return next <= parts;
          }

          @Override
          public InputStream nextElement() {
            int number = next++;
            try {
              return number < parts ? unpacked(part(records, number)) : rest(records, number);
            } catch (IOException e) {
              throw new TraceException(
                  String.format(
                      Locale.ROOT,
                      "%s: its part %d cannot be read: %s.",
                      records,
                      number,
                      e.getMessage()),
                  e);
            }
          }
        });
  }

  private static InputStream unpacked(Path part) throws IOException {
    return Compression.decompressed(Files.newInputStream(part), part.toString(), Limits.current());
  }

  private static InputStream rest(Path records, int parts) throws IOException {
    FileChannel file = FileChannel.open(records, StandardOpenOption.READ);
    return Channels.newInputStream(file.position(start(parts)));
  }
}
